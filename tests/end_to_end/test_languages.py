"""Reports in other languages and scripts: built as `make` builds them, and read back from their PDFs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.end_to_end.blows.report import Report

pytestmark = pytest.mark.slow

AUTHORS = ("王小明", "Иван Петров", "Đặng Thị Lưu", "স্বাগতম দাস")
LINE = 'author = "A. Student"        # your name'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Report:
    report = Report.new(tmp_path_factory.mktemp("languages") / "report")
    code, said = report.build()
    assert code == 0, said
    return report


@contextmanager
def settings(report: Report, *lines: str, author: str = 'author = "A. Student"') -> Iterator[None]:
    """Write lines in place of that of the author, and install what the set-up of `make` installs for them."""
    path = report.folder / "report.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(LINE, "\n".join([author, *lines])), encoding="utf-8")
    try:
        set_up = subprocess.run(["sh", "engine/setup/tex.sh"], cwd=report.folder, capture_output=True, text=True)
        assert set_up.returncode == 0, set_up.stderr
        yield
    finally:
        path.write_text(text, encoding="utf-8")


def read(report: Report) -> tuple[str, PdfReader]:
    """The text of the PDF without line breaks, hyphens at ends of lines and spaces between Chinese characters."""
    pdf = PdfReader(report.build_folder / "report.pdf")
    text = " ".join(page.extract_text() for page in pdf.pages)
    return re.sub(r"(?<=[一-鿿，；。（）]) (?=[一-鿿，；。（）])", "", " ".join(text.replace("-\n", "").split())), pdf


def test_a_german_report(built: Report) -> None:
    author = (
        'authors = [{name = "Jürgen Müßig", affiliation = "Universität Köln", orcid = "0000-0002-1825-0097", '
        'email = "jm@example.org"}, "Zoë Ä."]'
    )
    more = ("abstract = '''Wir messen $k$ auf 5\\,\\% genau.'''", 'keywords = ["Feder", "Steifigkeit"]')
    with settings(built, 'language = "de"', *more, author=author):
        code, said = built.build()
        assert code == 0, said
    text, pdf = read(built)
    for printed in (
        *("Jürgen Müßig, Universität Köln", "jm@example.org", "ORCID 0000-0002-1825-0097", "Zoë Ä.", "1. Januar 2024"),
        *("Zusammenfassung", "Wir messen", "Schlagwörter", "Feder; Steifigkeit", "Inhalt", "Aufgabe"),
        *("Die Ergebnisse im Überblick", "Abschnitt 1.2", "Abbildung 1", "Tabelle 1", "Quelltext 1", "Zeile"),
        *("Was geprüft wurde", "Toleranz", "Was behauptet wurde", "Grenze", "Herkunft", "Einstellung", "Bedeutung"),
    ):
        assert printed in text, printed
    assert re.search(r"\(\d+,\d+ ± \d,\d+\) N/m", text)
    for english in (
        "Provenance",
        "What was",
        "Contents",
        "Listing",
        "Figure",
        "Table",
        "Section",
        "January",
        "Meaning",
    ):
        assert english not in text
    assert pdf.metadata is not None
    assert (pdf.metadata.author, pdf.metadata["/Keywords"]) == ("Jürgen Müßig, Zoë Ä.", "Feder, Steifigkeit")
    assert pdf.root_object["/Lang"] == "de"


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("fr", ("1er janvier 2024", "Les résultats en bref", "Table des matières", "Provenance", "Paramètre")),
        ("es", ("1 de enero de 2024", "Los resultados de un vistazo", "Índice", "Procedencia", "Parámetro")),
    ],
)
def test_a_french_and_a_spanish_report(built: Report, language: str, printed: tuple[str, ...]) -> None:
    with settings(built, f'language = "{language}"'):
        code, said = built.build()
        assert code == 0, said
    text, _ = read(built)
    assert [each for each in printed if each not in text] == []
    assert re.search(r"\(\d+,\d+ ± \d,\d+\) N/m", text)


def test_a_chinese_report_by_authors_in_four_scripts_has_the_same_bytes_from_a_clean_folder(built: Report) -> None:
    with settings(built, 'language = "zh"', 'engine = "lualatex"', author=f'author = "{", ".join(AUTHORS)}"'):
        code, said = built.build()
        assert code == 0, said
        first = built.pdf
        for name in ("tex", "report.pdf"):
            subprocess.run(["rm", "-r", built.build_folder / name], check=True)
        code, said = built.build()
        assert (code, built.pdf == first) == (0, True), said
        assert "up to date" in built.build()[1]
    text, pdf = read(built)
    for printed in ("2024年1月1日", "结果一览", "目录", "问题", "检验的内容", "断言的内容", "来源", "设置", "参考文献"):
        assert printed in text, printed
    assert all(name in text for name in AUTHORS[:3])  # the glyphs of Bengali are not in the order of its characters
    assert pdf.metadata is not None
    assert pdf.metadata.author == ", ".join(AUTHORS)


@pytest.mark.parametrize("name", AUTHORS)
def test_a_name_that_pdflatex_cannot_print_is_reported_with_its_line_and_the_way_out(built: Report, name: str) -> None:
    with settings(built, author=f'author = "{name}"'):
        code, said = built.build()
        line = 1 + built.folder.joinpath("report.toml").read_text().splitlines().index(f'author = "{name}"')
    assert code == 2
    assert f"report.toml:{line}: pdfLaTeX cannot print the character '" in said
    assert '\n  engine = "lualatex" below [report] in report.toml prints characters of any script\n' in said


@pytest.mark.parametrize("file", ["theory/first_answer.tex", "templates/sections/parabola.tex.j2"])
def test_so_is_a_character_in_a_text(built: Report, file: str) -> None:
    path: Path = built.folder / file
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\nA spring, 弹簧.\n", encoding="utf-8")
    try:
        code, said = built.build()
    finally:
        path.write_text(text, encoding="utf-8")
    line = 1 + f"{text}\nA spring".count("\n")
    assert (code, f"{file}:{line}: pdfLaTeX cannot print the character '弹' (U+5F39)\n" in said) == (2, True), said
