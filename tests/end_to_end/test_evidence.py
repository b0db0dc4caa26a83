"""The evidence inside a report's PDF, and `make verify` on honest and on forged PDFs."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import tarfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, NumberObject, StreamObject

from tests.end_to_end.blows.report import Report
from texloom.evidence.archive import unpacked
from texloom.evidence.attach import with_attachments
from texloom.evidence.readback import page_digests, printed_values
from texloom.evidence.schema import Evidence

ATTACH_ALL = '\n[proof]\nattach = "all"\n'
STRING = re.compile(rb"(?<=\()(?:\\.|[^()\\])*(?=\))")
Content = dict[str, Any]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A small report with all attachments, built."""
    report = Report.new(tmp_path_factory.mktemp("evidence") / "report")
    with (report.folder / "report.toml").open("a", encoding="utf-8") as file:
        file.write(ATTACH_ALL)
    code, said = report.build()
    assert code == 0, said
    return report


@pytest.fixture
def pdf(report: Report) -> Path:
    return report.build_folder / "report.pdf"


def texloom(folder: Path, *arguments: str, given: str = "") -> tuple[int, str]:
    """Run a command in a folder: exit code and output. given: its standard input."""
    command = [sys.executable, "-m", "texloom", *arguments]
    finished = subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, timeout=300)
    return finished.returncode, finished.stdout + finished.stderr


def attached(pdf: Path) -> dict[str, bytes]:
    return {name: contents[0] for name, contents in PdfReader(pdf).attachments.items()}


def evidence_in(pdf: Path) -> Evidence:
    return Evidence.from_bytes(attached(pdf)["evidence.json"])


def same(content: Any) -> Any:
    return content


def forged(
    pdf: Path,
    out: Path,
    *,
    page: Callable[[bytes], bytes] = same,
    evidence: Callable[[Content], Content] = same,
    files: Callable[[dict[str, bytes]], dict[str, bytes]] = same,
    agreeing: bool = False,
) -> Path:
    """A copy with other contents of pages, other evidence under a new seal, other attachments.

    agreeing: put what the pages draw and print into the evidence.
    """
    writer = PdfWriter(clone_from=pdf)
    for each in writer.pages:
        stream = StreamObject()
        stream._data = page(each["/Contents"].get_object().get_data())  # type: ignore[union-attr]
        each[NameObject("/Contents")] = writer._add_object(stream)
    del writer.root_object["/Names"].get_object()["/EmbeddedFiles"]  # type: ignore[union-attr]
    bare = BytesIO()
    writer.write(bare)
    content = evidence(json.loads(attached(pdf)["evidence.json"]))
    content.pop("seal")
    if agreeing:
        reader = PdfReader(bare)
        content["pages"] = page_digests(reader)
        for value, found in zip(content["values"], printed_values(reader), strict=True):
            value["printed"] = found.text
    sealed = Evidence.model_validate(content).to_bytes()
    out.write_bytes(with_attachments(bare.getvalue(), files(attached(pdf) | {"evidence.json": sealed})))
    return out


def retyped(number: int, old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Change what a marked value prints on the page, wherever it is printed."""

    def change(content: bytes) -> bytes:
        segment = re.compile(rb"/TL <</N %d>> DP.*?/TL <</E %d>> DP" % (number, number), re.DOTALL)
        return segment.sub(lambda found: STRING.sub(lambda text: text[0].replace(old, new), found[0]), content)

    return change


def value_of(pdf: Path, printed: str) -> int:
    """The number of the value that prints a text."""
    return next(value.number for value in evidence_in(pdf).values if value.printed == printed)


RATIO = "1.931±0.005"


# ---------------------------------------------------------------- honest


def test_an_honest_report_agrees_and_every_number_is_counted(report: Report, pdf: Path) -> None:
    code, said = texloom(report.folder, "verify", str(pdf))
    assert code == 0, said
    counts = {name.strip(): int(number) for name, number in re.findall(r"^(\w.*?)  +(\d+) +\d+ *$", said, re.MULTILINE)}
    evidence = evidence_in(pdf)
    assert counts == {
        "pages draw what the build drew": len(PdfReader(pdf).pages),
        "printed values are those of the evidence, in order": len(evidence.values),
        "printed values follow from the results": len(evidence.values),
        "claims follow from their values": 1,
        "errors of checked equations are within tolerance": 2,
        "sources.tar.xz is the archive of the build": 1,
        "metrics agree with the runs here": 5,
        "claims hold with the runs here": 1,
        "checked equations pass here": 2,
    }
    assert f"report.pdf agrees: {sum(counts.values())} checks\n" in said
    assert "5 are identical to the bit, 0 within the deviation over seeds, 0 different" in said


def test_it_is_checked_without_a_report_tex_or_tensorflow(pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text("raise SystemExit('imported')")
    (tmp_path / "pdflatex").write_text("#!/bin/sh\nexit 1\n")
    code, said = texloom(tmp_path, "verify", str(pdf))
    assert code == 0, said
    assert "not checked: metrics, claims and checks against runs: this folder is no report\n" in said


def test_the_evidence_is_that_of_the_runs(report: Report, pdf: Path) -> None:
    evidence = evidence_in(pdf)
    runs = [json.loads(path.read_text()) for path in sorted(report.build_folder.glob("runs/parabola/*/run.json"))]
    metrics = [
        json.loads(path.read_text()) for path in sorted(report.build_folder.glob("runs/parabola/*/metrics.json"))
    ]
    experiment = evidence.experiments["parabola"]
    assert [run.identity for run in experiment.runs] == [run["identity"] for run in runs]
    for name, metric in experiment.metrics.items():
        assert list(metric.values) == [each[name]["value"] for each in metrics]
    (claim,) = evidence.claims
    template = (report.folder / "templates/sections/parabola.tex.j2").read_text().splitlines()
    assert "claim(" in template[int(claim.place.rpartition(":")[2]) - 1]
    ratio = next(value for value in evidence.values if value.printed == RATIO)
    assert "end_points_deviation / m.least_squares_deviation" in template[int(ratio.place.rpartition(":")[2]) - 1]
    assert RATIO in "".join(PdfReader(pdf).pages[ratio.page - 1].extract_text().split())


def test_attachments_tell_nothing_of_the_machine_and_are_small(report: Report, pdf: Path) -> None:
    files = attached(pdf)
    sources = unpacked(files["sources.tar.xz"])
    tracked = subprocess.run(["git", "ls-files"], cwd=report.folder, capture_output=True, text=True).stdout.split()
    assert [name for name, _, _ in sources] == sorted(tracked)
    texts = [content for name, _, content in sources if not name.endswith(".whl")]
    for text in (files["evidence.json"], *texts):
        for secret in (str(report.folder), f"{Path.home()}/", rf"\b{re.escape(socket.gethostname())}\b"):
            assert not re.search(secret.encode(), text)
    assert sum(map(len, files.values())) < 1_000_000


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_another_program_finds_no_fault_and_may_store_it_anew(pdf: Path, tmp_path: Path) -> None:
    finished = subprocess.run(["qpdf", "--check", pdf], capture_output=True, text=True)
    assert (finished.returncode, finished.stderr) == (0, ""), finished.stdout
    subprocess.run(["qpdf", "--object-streams=disable", pdf, tmp_path / "a.pdf"], check=True)
    assert texloom(tmp_path, "verify", "a.pdf")[0] == 0


@pytest.mark.skipif(not shutil.which("mutool"), reason="mutool is not installed")
def test_another_reader_shows_the_same_text(pdf: Path, tmp_path: Path) -> None:
    """Marks and attachments disturb neither copying nor another program's drawing."""
    bare = forged(pdf, tmp_path / "a.pdf", page=lambda content: re.sub(rb"/TL <</[NE] \d+>> DP\n?", b"", content))
    for command in (["pdftotext", "-layout", "FILE", "-"], ["mutool", "draw", "-F", "txt", "-o", "-", "FILE"]):
        texts = []
        for each in (pdf, bare):
            finished = subprocess.run([str(each) if word == "FILE" else word for word in command], capture_output=True)
            assert (finished.returncode, b"error" in finished.stderr) == (0, False), finished.stderr
            texts.append(finished.stdout)
        assert texts[0] == texts[1] != b""


@pytest.mark.slow
def test_the_same_document_has_the_same_bytes_and_an_anonymous_one_no_names(report: Report, pdf: Path) -> None:
    made = report.build_folder / "tex" / "report.pdf"
    assert texloom(report.folder, "document")[0] == 0
    assert made.read_bytes() == pdf.read_bytes()
    manifest = report.folder / "report.toml"
    before = manifest.read_text()
    try:
        several = 'authors = [{name = "A. Student", affiliation = "Her University", email = "a@b.org"}]'
        named = re.sub(r"^author = .*$", several, before, flags=re.MULTILINE)
        assert named != before
        manifest.write_text(named.replace(ATTACH_ALL, "\n[proof]\nanonymous = true\n"))
        code, said = texloom(report.folder, "document")
        assert code == 0, said
        found = PdfReader(made)
        text = "".join(page.extract_text() for page in found.pages) + str(found.metadata)
        assert "Anonymous" in text
        for name in ("A. Student", "Her University", "a@b.org"):
            assert name not in text
        commit = evidence_in(pdf).experiments["parabola"].runs[0].commit
        assert commit
        assert commit[:12] not in text
        assert [run.commit for run in evidence_in(made).experiments["parabola"].runs] == [None] * 3
        assert attached(made).keys() == {"evidence.json"}
    finally:
        manifest.write_text(before)
    assert texloom(report.folder, "document")[0] == 0


# ---------------------------------------------------------------- forged


def differs(folder: Path, pdf: Path) -> str:
    """The answer about a forged PDF, which must be that it differs."""
    code, said = texloom(folder, "verify", str(pdf))
    assert code == 1, said
    assert f"{pdf} DIFFERS in " in said
    return said


def test_a_number_changed_on_the_page(pdf: Path, tmp_path: Path) -> None:
    said = differs(tmp_path, forged(pdf, tmp_path / "a.pdf", page=retyped(value_of(pdf, RATIO), b"3", b"8")))
    assert "page 2 prints 1.981±0.005; the evidence has 1.931±0.005 (templates/sections/parabola.tex.j2:" in said
    assert "page 2 was changed\n" in said


def test_a_word_changed_on_the_page(pdf: Path, tmp_path: Path) -> None:
    """In no marked value: the digest of the page tells."""
    changed = forged(pdf, tmp_path / "a.pdf", page=lambda content: content.replace(b"(Measur", b"(Treasur"))
    assert re.findall(r"page (\d) was changed", differs(tmp_path, changed)) == ["2"]


def test_two_numbers_swapped(pdf: Path, tmp_path: Path) -> None:
    """Both are still somewhere on the page."""

    def swap(content: bytes) -> bytes:
        marked = (re.search(rb"/TL <</N %d>> DP(.*?)/TL <</E %d>> DP" % (n, n), content, re.DOTALL) for n in numbers)
        parts = [part for part in marked if part]
        if len(parts) < 2:
            return content
        (a, b), (one, other) = [part.span(1) for part in parts], [part[1] for part in parts]
        return content[: a[0]] + other + content[a[1] : b[0]] + one + content[b[1] :]

    numbers = sorted(value_of(pdf, printed) for printed in ("50", "20"))
    said = differs(tmp_path, forged(pdf, tmp_path / "a.pdf", page=swap))
    assert "page 2 prints 20; the evidence has 50" in said
    assert "page 2 prints 50; the evidence has 20" in said


def test_a_metric_changed_in_the_evidence(pdf: Path, tmp_path: Path) -> None:
    """Under a new seal: what is printed and claimed does not follow from it."""

    def change(content: Content) -> Content:
        content["experiments"]["parabola"]["metrics"]["end_points_deviation"]["values"][0] = 3.5
        return content

    said = differs(tmp_path, forged(pdf, tmp_path / "a.pdf", evidence=change))
    assert (
        "printed values follow from the results: page 1 prints (2.83±0.01)N/m; parabola.end_points_deviation is "
        in said
    )
    assert "claims follow from their values: 'With every seed least squares is at least 1.8 times as precise'" in said


def test_evidence_changed_under_its_old_seal(pdf: Path, tmp_path: Path) -> None:
    files = attached(pdf)
    files["evidence.json"] = files["evidence.json"].replace(b'"seed":1', b'"seed":7')
    (tmp_path / "a.pdf").write_bytes(with_attachments(forged(pdf, tmp_path / "b.pdf").read_bytes(), files))
    code, said = texloom(tmp_path, "verify", "a.pdf")
    assert (code, "a.pdf: evidence.json: was changed after the build wrote it" in said) == (2, True), said


def test_the_sources_removed_or_exchanged(pdf: Path, tmp_path: Path) -> None:
    only = forged(pdf, tmp_path / "a.pdf", files=lambda files: {"evidence.json": files["evidence.json"]})
    assert "sources.tar.xz was removed\n" in differs(tmp_path, only)
    other = forged(pdf, tmp_path / "b.pdf", files=lambda files: files | {"sources.tar.xz": packed({"a.txt": b""})})
    assert "sources.tar.xz is another\n" in differs(tmp_path, other)


def test_a_page_removed(pdf: Path, tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=pdf)
    last = len(writer.pages)
    writer.remove_page(last - 1)
    writer.write(tmp_path / "a.pdf")
    assert f"page {last} was removed\n" in differs(tmp_path, tmp_path / "a.pdf")


def packed(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as made:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, BytesIO(content))
    return out.getvalue()


def test_archives_that_harm_whoever_unpacks_them(pdf: Path, tmp_path: Path) -> None:
    nested = packed({"b.tar.xz": packed({"c": bytes(10**6)})})
    climbing = {"../../.bashrc": b"", "/etc/passwd": b"", "a/nested.tar.xz": nested}
    for harmful, faults in (
        (climbing, [f"the path '{name}' leads out of its folder" for name in ("../../.bashrc", "/etc/passwd")]),
        ({"bomb": bytes(101 * 10**6)}, ["would unpack to more than 100 MB"]),
    ):
        exchanged = forged(
            pdf, tmp_path / "a.pdf", files=lambda files, a=harmful: files | {"sources.tar.xz": packed(a)}
        )
        said = differs(tmp_path, exchanged)
        for fault in faults:
            assert f"sources.tar.xz: {fault}" in said
        code, said = texloom(tmp_path, "verify", "a.pdf", "--sources", given="yes\n")
        assert (code, f"sources.tar.xz: is not unpacked: {faults[0]}" in said) == (2, True), said
        assert list(tmp_path.iterdir()) == [exchanged]


def test_archives_in_the_sources_are_listed_as_not_checked(pdf: Path, tmp_path: Path) -> None:
    code, said = texloom(tmp_path, "verify", str(pdf))
    assert code == 0
    assert re.search(
        r"not checked: what is in engine/texloom-\S+\.whl of sources\.tar\.xz: archives are not unpacked", said
    )


@pytest.mark.slow
def test_a_report_is_rebuilt_from_its_sources_after_a_yes(pdf: Path, tmp_path: Path) -> None:
    code, said = texloom(tmp_path, "verify", str(pdf), "--sources", "--answer", "answer.pdf", given="no\n")
    assert (code, "nothing of sources.tar.xz was run" in said) == (2, True), said
    assert list(tmp_path.iterdir()) == []
    code, said = texloom(tmp_path, "verify", str(pdf), "--sources", "--answer", "answer.pdf", given="yes\n")
    assert code == 0, said
    assert "5 are identical to the bit" in said
    number = len(evidence_in(pdf).values)
    assert f"of {number} printed values {number} are the same in the PDF rebuilt from sources.tar.xz" in said
    assert list(tmp_path.iterdir()) == [tmp_path / "answer.pdf"]
    assert "a.pdf agrees" not in (text := PdfReader(tmp_path / "answer.pdf").pages[0].extract_text())
    assert "agrees:" in text


def test_all_forged_together_passes_and_new_runs_catch_it(report: Report, pdf: Path, tmp_path: Path) -> None:
    """The limit of the plain check: page, evidence and seal agree."""

    def change(content: Content) -> Content:
        metric = content["experiments"]["parabola"]["metrics"]["coverage"]
        metric["values"] = [value + 3 for value in metric["values"]]
        return content

    page = retyped(value_of(pdf, "(95.1±0.3)%"), b"95", b"98")
    liar = forged(pdf, tmp_path / "a.pdf", page=page, evidence=change, agreeing=True)
    assert texloom(tmp_path, "verify", str(liar))[0] == 0
    code, said = texloom(report.folder, "verify", str(liar), "--train")
    assert code == 1, said
    assert re.search(r"metrics agree with the runs here: parabola\.coverage is 95\.\d+ ± \S+ here, 98\.\d+ ", said)
    assert "4 are identical to the bit" in said


# ---------------------------------------------------------------- not a report


def other_program(path: Path, **_: object) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(path)


def encrypted(path: Path, pdf: Path) -> None:
    writer = PdfWriter(clone_from=pdf)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(path)


def truncated(path: Path, pdf: Path) -> None:
    path.write_bytes(pdf.read_bytes()[:30_000])


def bomb(path: Path, pdf: Path) -> None:
    forged(pdf, path, files=lambda _: {"evidence.json": bytes(5 * 10**8)})


def many_pages(path: Path, count: int = 6000, **_: object) -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    tree = writer.root_object["/Pages"].get_object()
    tree["/Kids"].extend([page.indirect_reference] * count)  # type: ignore[index]
    tree[NameObject("/Count")] = NumberObject(count + 1)  # type: ignore[index]
    writer.write(path)


def text_file(path: Path, **_: object) -> None:
    path.write_text("no PDF")


def nested(path: Path, pdf: Path) -> None:
    deep = b'{"claims":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    forged(pdf, path, files=lambda files: files | {"evidence.json": deep})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (other_program, "has no attachment evidence.json\n  it is no report of texloom"),
        (encrypted, "is encrypted"),
        (truncated, "is damaged"),
        (bomb, "is damaged"),
        (many_pages, "has 6001 pages, more than 5000"),
        (partial(many_pages, count=10**6), "is damaged: Reached maximum array element count"),
        (text_file, "is not a PDF"),
        (nested, "evidence.json: is not evidence of version 1"),
    ],
)
def test_what_is_no_report_is_named(make: Callable[..., None], said: str, pdf: Path, tmp_path: Path) -> None:
    make(tmp_path / "a.pdf", pdf=pdf)
    code, answer = texloom(tmp_path, "verify", "a.pdf")
    assert (code, answer.startswith("a.pdf: ") and said in answer) == (2, True), answer
    assert "Traceback" not in answer
    assert list(tmp_path.iterdir()) == [tmp_path / "a.pdf"]
