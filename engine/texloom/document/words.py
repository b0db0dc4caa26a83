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
        locale="zh-Hans",
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
    # ---- the first page
    "Roll number": _in("Matrikelnummer", "Numéro d'étudiant", "Número de matrícula", "学号"),
    "Notebooks": _in("Notebooks", "Notebooks", "Cuadernos", "笔记本"),
    "Abstract": _in("Zusammenfassung", "Résumé", "Resumen", "摘要"),
    "Keywords": _in("Schlagwörter", "Mots-clés", "Palabras clave", "关键词"),
    "Results at a glance": _in(
        "Die Ergebnisse im Überblick", "Les résultats en bref", "Los resultados de un vistazo", "结果一览"
    ),
    "Result": _in("Ergebnis", "Résultat", "Resultado", "结果"),
    "Value": _in("Wert", "Valeur", "Valor", "值"),
    "Where": _in("Wo", "Où", "Dónde", "位置"),
    r"Every measured number, every table of results, figure and listing below was put in by the build that made this page, from the runs in \cref{app:provenance}; $\pm$ is the standard deviation over seeds or, where there is only one, the standard error of the value.": _in(
        r"Jede gemessene Zahl, jede Ergebnistabelle, jede Abbildung und jeden Quelltext hat das Programm, das diese Seite erzeugt hat, aus den Läufen in \cref{app:provenance} eingesetzt; $\pm$ ist die Standardabweichung über die Startwerte oder, wenn es nur einen gibt, der Standardfehler des Wertes.",
        r"Chaque nombre mesuré, chaque tableau de résultats, chaque figure et chaque listing a été inséré par le programme qui a produit cette page, à partir des exécutions (\cref{app:provenance}); $\pm$ est l'écart type sur les graines ou, s'il n'y en a qu'une, l'erreur type de la valeur.",
        r"Cada número medido, cada tabla de resultados, cada figura y cada listado fue insertado por el programa que produjo esta página, a partir de las ejecuciones (\cref{app:provenance}); $\pm$ es la desviación típica sobre las semillas o, si solo hay una, el error típico del valor.",
        r"以下每个测量数值、结果表、图和代码均由生成本页的程序根据\cref{app:provenance}中的运行结果填入；$\pm$ 表示各随机种子间的标准差，只有一个种子时表示该值的标准误差。",
    ),
    r"Values quoted from the literature are typed, and marked\textsuperscript{\textdagger}.": _in(
        r"Aus der Literatur zitierte Werte sind von Hand eingetragen und mit\textsuperscript{\textdagger} markiert.",
        r"Les valeurs citées de la littérature sont saisies à la main et marquées\textsuperscript{\textdagger}.",
        r"Los valores citados de la literatura se escribieron a mano y están marcados\textsuperscript{\textdagger}.",
        r"引自文献的数值为手工录入，以\textsuperscript{\textdagger}标记。",
    ),
    r"A green $\checkmark$ beside an equation gives the kind of its check and the error measured (\cref{app:checks}).": _in(
        r"Ein grünes $\checkmark$ neben einer Gleichung nennt die Art ihrer Prüfung und den gemessenen Fehler (\cref{app:checks}).",
        r"Un $\checkmark$ vert à côté d'une équation indique le type de sa vérification et l'erreur mesurée (\cref{app:checks}).",
        r"Un $\checkmark$ verde junto a una ecuación indica el tipo de su comprobación y el error medido (\cref{app:checks}).",
        r"公式旁的绿色 $\checkmark$ 给出其检验的类型和测得的误差（\cref{app:checks}）。",
    ),
    r"The main sentences that compare results are conditions that the build enforces (\cref{app:claims}).": _in(
        r"Die wichtigsten Sätze, die Ergebnisse vergleichen, sind Bedingungen, deren Einhaltung das Programm erzwingt (\cref{app:claims}).",
        r"Les principales phrases qui comparent des résultats sont des conditions que le programme impose (\cref{app:claims}).",
        r"Las principales frases que comparan resultados son condiciones que el programa exige (\cref{app:claims}).",
        r"比较结果的主要语句都是程序强制检查的条件（\cref{app:claims}）。",
    ),
    "In this draft {broken} of {all} such conditions is not met; the sentences are printed in red.": _in(
        "In diesem Entwurf ist {broken} von {all} solchen Bedingungen nicht erfüllt; die Sätze sind rot gedruckt.",
        "Dans ce brouillon, {broken} de ces {all} conditions n'est pas vérifiée; les phrases sont imprimées en rouge.",
        "En este borrador no se cumple {broken} de las {all} condiciones; las frases están impresas en rojo.",
        "本稿中 {all} 个条件里有 {broken} 个不成立；相应语句以红色印出。",
    ),
    "In this draft {broken} of {all} such conditions are not met; the sentences are printed in red.": _in(
        "In diesem Entwurf sind {broken} von {all} solchen Bedingungen nicht erfüllt; die Sätze sind rot gedruckt.",
        "Dans ce brouillon, {broken} de ces {all} conditions ne sont pas vérifiées; les phrases sont imprimées en rouge.",
        "En este borrador no se cumplen {broken} de las {all} condiciones; las frases están impresas en rojo.",
        "本稿中 {all} 个条件里有 {broken} 个不成立；相应语句以红色印出。",
    ),
    r"This part is an experiment; the text-only build leaves it out, \texttt{make all} has it.": _in(
        r"Dieser Teil ist ein Experiment; die reine Textfassung lässt ihn weg, \texttt{make all} enthält ihn.",
        r"Cette partie est une expérience; la version texte seul l'omet, \texttt{make all} la contient.",
        r"Esta parte es un experimento; la versión de solo texto la omite, \texttt{make all} la contiene.",
        r"本部分是一个实验；纯文本版本将其省略，\texttt{make all} 的版本包含它。",
    ),
    # ---- the kinds of checks
    "symbolic": _in("symbolisch", "symbolique", "simbólica", "符号"),
    "absolute": _in("absolut", "absolue", "absoluta", "绝对"),
    "relative": _in("relativ", "relative", "relativa", "相对"),
    "exponent": _in("Exponent", "exposant", "exponente", "指数"),
    "abs.": _in("abs.", "abs.", "abs.", "绝对"),
    "rel.": _in("rel.", "rel.", "rel.", "相对"),
    "Monte Carlo": _in("Monte Carlo", "Monte-Carlo", "Montecarlo", "蒙特卡洛"),
    "MC": _in("MC", "MC", "MC", "MC"),
}
