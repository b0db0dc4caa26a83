"""The author's mistakes: exit code 2, one message with the author's own line, and the last good PDF is kept."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest
from pypdf import PdfReader

from tests.end_to_end.conftest import EDITABLE, PYTHON, Checkout

SMOKE = "build/smoke"


def message(built: Checkout, mistake: AbstractContextManager[None]) -> tuple[str, str]:
    """The output of a build with a mistake, and the places of the last lines of the template and the fragment."""
    before = built.pdf.read_bytes()
    with mistake:
        finished = built.run(PYTHON, "-m", "texloom", "build", "report", "--profile", "smoke")
        last = {name: built.last_line(name) for name in ("template", "fragment")}
    said = finished.stdout + finished.stderr
    assert finished.returncode == 2, said
    assert "Traceback" not in said
    assert "snakemake" not in said.lower()
    assert built.pdf.read_bytes() == before
    for name, place in last.items():
        said = said.replace(f"{place}:", f"<{name}>:")
    lines = [line for line in said.splitlines() if " checks pass (" not in line]
    assert not [line for line in lines[1:] if not line.startswith("  ")], said  # one message, with the way out indented
    return lines[0], "\n".join(lines[1:])


def test_misspelt_metric(built: Checkout) -> None:
    first, rest = message(built, built.appended("template", r"\VAR{m.psnr_insde_ours}"))
    assert first == "<template>: unknown metric 'psnr_insde_ours' of denoising_autoencoder"
    assert "closest: 'psnr_inside_ours'" in rest


def test_misspelt_manifest_key(built: Checkout) -> None:
    text = (built.folder / "report.toml").read_text(encoding="utf-8")
    line = 1 + [each.startswith("author") for each in text.splitlines()].index(True)
    first, rest = message(built, built.edited(manifest=lambda text: text.replace("\nauthor ", "\nautor ")))
    assert first == f"report.toml:{line}: unknown key 'report.autor'"
    assert "closest: 'author'" in rest


@pytest.mark.slow
def test_undefined_reference_in_a_written_answer(built: Checkout) -> None:
    first, rest = message(built, built.appended("fragment", r"\cref{eq:dae-tweedi}"))
    assert first == "<fragment>: reference to 'eq:dae-tweedi', which no \\label defines"
    assert "closest: 'eq:dae-tweedie'" in rest


@pytest.mark.slow
def test_mark_without_a_check(built: Checkout) -> None:
    first, rest = message(built, built.appended("fragment", r"\checked{eq:dae-objective}"))
    assert first == r"<fragment>: \checked{eq:dae-objective} has no check"
    assert 'add a function with @verifies("eq:dae-objective") to theory/denoising_autoencoder.py' in rest


@pytest.mark.slow
def test_overfull_box_in_a_template(built: Checkout) -> None:
    first, rest = message(built, built.appended("template", r"\noindent\rule{20cm}{1pt}"))
    assert first.startswith("<template>: a box is 156.")
    assert "pt too wide for the page" in first
    assert "reword, break the formula, or make the table or figure smaller" in rest


@pytest.mark.slow
def test_broken_claims_are_all_told_and_shown_in_a_draft_until_the_next_good_build(built: Checkout) -> None:
    def enforce(text: str) -> str:
        head, name, smoke = text.partition("[profiles.smoke]")
        return head + name + smoke.replace('claims = "show"', 'claims = "enforce"').replace("DRAFT", "")

    def with_claims(text: str) -> str:
        return text.replace(problem, f"{problem}{broken[0]}\n{broken[1]}\n", 1)

    broken = [f"\\VAR{{claim('It is at least {{limit}}', m.psnr_inside_ours >= {limit})}}" for limit in (98, 99)]
    problem = "\\end{problem}\n"
    template = (built.folder / EDITABLE["template"]).read_text(encoding="utf-8")
    line = 2 + template.splitlines().index("\\end{problem}")
    before, draft = built.pdf.read_bytes(), built.pdf.with_name("report.draft.pdf")
    with built.edited(manifest=enforce, template=with_claims):
        finished = built.run(PYTHON, "-m", "texloom", "build", "report", "--profile", "smoke")
    assert finished.returncode == 2
    said = [each for each in finished.stderr.splitlines() if each]
    for number, limit in enumerate((98, 99)):
        at = said.index(f"{EDITABLE['template']}:{line + number}: broken claim: 'It is at least {limit} dB'")
        assert said[at + 1].startswith("  it needs psnr_inside_ours = ")
        assert said[at + 1].endswith(f" ≥ {limit}")
    told = f"  {SMOKE}/report.draft.pdf shows what is broken in red; {SMOKE}/report.pdf is left as it was"
    assert said[-1] == told
    assert built.pdf.read_bytes() == before
    pages = [page.extract_text() for page in PdfReader(draft).pages]
    for text in ("It is at least 98 dB", "It is at least 99 dB", "Not met in this draft: psnr_inside_ours = "):
        assert any(text in page for page in pages), text
    assert all("DRAFT" in page for page in pages)
    assert "build/smoke/report.pdf is up to date" in built.make("PROFILE=smoke")
    assert not draft.exists()


@pytest.mark.slow
def test_a_draft_that_cannot_be_made_says_why_beside_the_broken_claims(built: Checkout) -> None:
    enforce = lambda text: text.replace('claims = "show"', 'claims = "enforce"')  # noqa: E731
    with built.edited(manifest=enforce, template=lambda text: f"{text}\n\\nowhere\n"):
        finished = built.run(PYTHON, "-m", "texloom", "build", "report", "--profile", "smoke")
        place = built.last_line("template")
    assert finished.returncode == 2
    assert "Traceback" not in finished.stderr
    assert "broken claim: " in finished.stderr
    assert f"  there is no draft, because of another error: {place}: " in finished.stderr
    assert not built.pdf.with_name("report.draft.pdf").exists()


def test_a_mended_report_builds_again(built: Checkout) -> None:
    before = built.pdf.read_bytes()
    assert "build/smoke/report.pdf is up to date" in built.make("PROFILE=smoke")
    assert built.pdf.read_bytes() == before
