r"""The words that the engine and its templates print, in each language of `language` in report.toml: one catalogue.

A word is written in English where it is used, `say("Provenance")` in Python, `\VAR{say("Provenance")}` in a template
and `\reportword{Listing}` in LaTeX, and is looked up here. Tests find all of these and name a missing translation.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from texloom.errors import ReportError

ENGLISH: Final = "en"


@dataclass(frozen=True)
class Language:
    """What LaTeX needs for a language."""

    babel: str
    """Options of babel; empty if it is not needed."""
    cleveref: str
    """Options of cleveref."""
    tag: str
    """The language tag in the PDF."""
    date: str
    """A date, with {day}, {month} and {year}."""
    months: tuple[str, ...]
    decimal: str = "."
    """The decimal marker."""
    locale: str = ""
    """The locale of babel that is used instead of its options."""
    names: str = ""
    r"""LaTeX for names that no package has, such as those of \cref."""


MONTHS = "January February March April May June July August September October November December"
GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
SPANISH = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
CHINESE_NAMES = r"""
\crefname{section}{节}{节}\crefname{subsection}{节}{节}\crefname{appendix}{附录}{附录}\crefname{equation}{式}{式}
\crefname{figure}{图}{图}\crefname{table}{表}{表}\crefname{page}{页}{页}\crefname{algorithm}{算法}{算法}
\crefname{proposition}{命题}{命题}\crefname{theorem}{定理}{定理}\crefname{lemma}{引理}{引理}
\crefname{corollary}{推论}{推论}\crefname{remark}{注}{注}\crefname{enumi}{项}{项}
\newcommand{\crefpairconjunction}{和}\newcommand{\crefmiddleconjunction}{、}\newcommand{\creflastconjunction}{和}
\newcommand{\crefrangeconjunction}{至}
"""
LANGUAGES = {
    ENGLISH: Language("", "capitalise", "en", "{day} {month} {year}", tuple(MONTHS.split())),
    "de": Language("ngerman", "ngerman", "de", "{day}. {month} {year}", tuple(GERMAN.split()), "{,}"),
    "fr": Language("french", "french", "fr", "{day} {month} {year}", tuple(FRENCH.split()), "{,}"),
    "es": Language(
        "spanish, es-minimal, es-tabla", "spanish", "es", "{day} de {month} de {year}", tuple(SPANISH.split()), "{,}"
    ),
    "zh": Language(
        "",
        "capitalise",
        "zh",
        "{year}年{month}月{day}日",
        tuple(map(str, range(1, 13))),
        locale="chinese-simplified",
        names=CHINESE_NAMES,
    ),
}
NEEDS_LUALATEX = ("zh",)
"""Languages that pdfLaTeX cannot typeset."""

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Print words in a language until the end of the block."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def say(text: str, **values: object) -> str:
    """A text of the engine in the language of the report, with the values in place of {name}; TeX stays TeX.

    Raises ReportError if it has no translation.
    """
    language = _spoken.get()
    found = text if language == ENGLISH else _translated(text, language)
    for name, value in values.items():
        found = found.replace(f"{{{name}}}", str(value))
    return found


def _translated(text: str, language: str) -> str:
    # templates break long texts into lines
    found = WORDS.get(" ".join(text.split()), {}).get(language)
    if found is None:
        what = f"'{text}' has no translation for language = \"{language}\""
        raise ReportError("", what, "add it to WORDS in texloom/document/words.py, or write the words of that language")
    return found


def date(day: datetime.date) -> str:
    """A date in the language of the report."""
    language = LANGUAGES[_spoken.get()]
    first = "1er" if _spoken.get() == "fr" and day.day == 1 else str(day.day)
    return language.date.format(day=first, month=language.months[day.month - 1], year=day.year)


def words_tex() -> str:
    r"""The LaTeX file that the preamble reads: language and, for \reportword, translations."""
    language, name = LANGUAGES[_spoken.get()], _spoken.get()
    lines = [
        rf"\newcommand*{{\reportlanguage}}{{{language.babel}}}",
        rf"\newcommand*{{\reportcleveref}}{{{language.cleveref}}}",
        rf"\newcommand*{{\reportlocale}}{{{language.locale}}}",
        rf"\newcommand*{{\reportlanguagetag}}{{{language.tag}}}",
        rf"\newcommand*{{\reportdecimalmarker}}{{{language.decimal}}}",
        rf"\newcommand*{{\reportnames}}{{{language.names.strip()}}}",
    ]
    if name != ENGLISH:
        pairs = ((word, WORDS[word][name]) for word in IN_LATEX)
        lines += [rf"\expandafter\def\csname report@word@{word}\endcsname{{{text}}}" for word, text in pairs]
    return "% generated: the language of the report\n" + "\n".join(lines) + "\n"


IN_LATEX = (
    *("Problem", "Algorithm", "Proposition", "Theorem", "Lemma", "Corollary", "Remark", "Listing", "Listings"),
    *("Given", "line", "lines", "Not met in this draft"),
)
r"""The words that the preamble prints by \reportword."""


def _in(de: str, fr: str, es: str, zh: str) -> dict[str, str]:
    return {"de": de, "fr": fr, "es": es, "zh": zh}


WORDS: dict[str, dict[str, str]] = {
    # ---- the preamble
    "Problem": _in("Aufgabe", "Problème", "Problema", "问题"),
    "Algorithm": _in("Algorithmus", "Algorithme", "Algoritmo", "算法"),
    "Proposition": _in("Satz", "Proposition", "Proposición", "命题"),
    "Theorem": _in("Theorem", "Théorème", "Teorema", "定理"),
    "Lemma": _in("Lemma", "Lemme", "Lema", "引理"),
    "Corollary": _in("Korollar", "Corollaire", "Corolario", "推论"),
    "Remark": _in("Bemerkung", "Remarque", "Observación", "注"),
    "Proof": _in("Beweis", "Démonstration", "Demostración", "证明"),
    "Listing": _in("Quelltext", "Listing", "Listado", "代码"),
    "Listings": _in("Quelltexte", "Listings", "Listados", "代码"),
    "Given": _in("Gegeben", "Données", "Datos", "已知"),
    "line": _in("Zeile", "ligne", "línea", "行"),
    "lines": _in("Zeilen", "lignes", "líneas", "行"),
    "Contents": _in("Inhalt", "Table des matières", "Índice", "目录"),
    "References": _in("Literatur", "Références", "Referencias", "参考文献"),
    "Not met in this draft": _in(
        "In diesem Entwurf nicht erfüllt",
        "Non vérifié dans ce brouillon",
        "No se cumple en este borrador",
        "本稿中不成立",
    ),
}
