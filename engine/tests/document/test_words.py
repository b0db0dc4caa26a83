r"""The catalogue of printed words: complete in every language for `say` in code and templates and for \reportword."""

from __future__ import annotations

import ast
import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

import texloom
from texloom.document import words
from texloom.document.provenance import ORIGINS
from texloom.document.render import MARKS
from texloom.document.templating import make_environment
from texloom.document.words import LANGUAGES, WORDS, date, say, speaking, words_tex
from texloom.errors import ReportError
from texloom.scaffold.experiment import FILES

TRANSLATED = [name for name in LANGUAGES if name != words.ENGLISH]
PLACEHOLDER = re.compile(r"(?<![a-z])\{[a-z]+\}")
ENGINE, TEMPLATES = Path(texloom.__file__).parent, FILES / "report" / "templates"


def said_in_code() -> Iterator[str]:
    """The texts of say(…) in the engine's modules; those that are not constants are values of two mappings."""
    for path in ENGINE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                (text,) = node.args
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield text.value
    yield from (*MARKS.values(), *ORIGINS.values())


def said_in_templates() -> Iterator[str]:
    environment: jinja2.Environment = make_environment(TEMPLATES)
    for path in TEMPLATES.glob("*.j2"):
        tree = environment.parse(path.read_text(encoding="utf-8"), path.name)
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "say":
                assert isinstance(call.args[0], nodes.Const)
                yield call.args[0].value


def said_in_latex() -> set[str]:
    return set(re.findall(r"\\reportword\{([^}#]+)\}", (TEMPLATES / "preamble.tex").read_text(encoding="utf-8")))


def test_every_printed_word_is_in_the_catalogue_and_no_other() -> None:
    printed = {*said_in_code(), *said_in_templates(), *said_in_latex()}
    assert len(printed) > 80
    assert printed == set(WORDS)


def test_the_words_of_the_preamble_are_written_for_it() -> None:
    assert said_in_latex() == set(words.IN_LATEX)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_is_translated_with_the_same_placeholders_and_commands(language: str) -> None:
    missing = [word for word, each in WORDS.items() if not each.get(language, "").strip()]
    assert missing == []
    for word, each in WORDS.items():
        assert sorted(PLACEHOLDER.findall(word)) == sorted(PLACEHOLDER.findall(each[language])), word
        assert each[language].count("{") == each[language].count("}"), word
        assert re.findall(r"\\cref\{[^}]*\}", word) == re.findall(r"\\cref\{[^}]*\}", each[language])


def test_a_missing_translation_is_named_with_its_language() -> None:
    assert say("unknown words") == "unknown words"
    with speaking("fr"), pytest.raises(ReportError, match=r"'unknown words' has no translation for language = \"fr\""):
        say("unknown words")


def test_values_take_the_place_of_names_and_latex_stays() -> None:
    with speaking("de"):
        assert say("{least} to {largest}", least=1, largest=r"\num{2}") == r"1 bis \num{2}"
    assert say(r"\emph{x} of {all}", all=3) == r"\emph{x} of 3"


@pytest.mark.parametrize(
    ("language", "first", "third"),
    [
        ("en", "1 March 2024", "3 March 2024"),
        ("de", "1. März 2024", "3. März 2024"),
        ("fr", "1er mars 2024", "3 mars 2024"),
        ("es", "1 de marzo de 2024", "3 de marzo de 2024"),
        ("zh", "2024年3月1日", "2024年3月3日"),
    ],
)
def test_dates(language: str, first: str, third: str) -> None:
    with speaking(language):
        assert (date(datetime.date(2024, 3, 1)), date(datetime.date(2024, 3, 3))) == (first, third)


def test_latex_gets_the_options_of_babel_and_the_decimal_marker() -> None:
    with speaking("de"):
        german = words_tex()
    assert r"\newcommand*{\reportlanguage}{ngerman}" in german
    assert r"\newcommand*{\reportdecimalmarker}{{,}}" in german
    assert r"\expandafter\def\csname report@word@Problem\endcsname{Aufgabe}" in german
    assert "report@word@" not in words_tex()
    assert all(len(language.months) == 12 for language in LANGUAGES.values())
