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


def say(text: str, /, **values: object) -> str:
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
    "Anonymous": _in("Anonym", "Anonyme", "Anónimo", "匿名"),
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
    r"Values quoted from the literature, or from a study separate from this build, are typed and marked\textsuperscript{\textdagger}.": _in(
        r"Aus der Literatur oder aus einer getrennten Untersuchung zitierte Werte sind von Hand eingetragen und mit\textsuperscript{\textdagger} markiert.",
        r"Les valeurs citées de la littérature, ou d'une étude à part, sont saisies à la main et marquées\textsuperscript{\textdagger}.",
        r"Los valores citados de la literatura, o de un estudio aparte, se escribieron a mano y están marcados\textsuperscript{\textdagger}.",
        r"引自文献或另行研究的数值为手工录入，以\textsuperscript{\textdagger}标记。",
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
    r"This part is an experiment; the text-only build leaves it out; \texttt{make all} includes it.": _in(
        r"Dieser Teil ist ein Experiment; die reine Textfassung lässt ihn weg, \texttt{make all} enthält ihn.",
        r"Cette partie est une expérience; la version texte seul l'omet, \texttt{make all} la contient.",
        r"Esta parte es un experimento; la versión de solo texto la omite, \texttt{make all} la contiene.",
        r"本部分是一个实验；纯文本版本将其省略，\texttt{make all} 的版本包含它。",
    ),
    # ---- the kinds of checks
    "symbolic": _in("symbolisch", "symbolique", "simbólica", "符号"),
    "exponent": _in("Exponent", "exposant", "exponente", "指数"),
    "abs.": _in("abs.", "abs.", "abs.", "绝对"),
    "rel.": _in("rel.", "rel.", "rel.", "相对"),
    "MC": _in("MC", "MC", "MC", "MC"),
    # ---- the appendix
    r"Each mark $\checkmark$ in the margin belongs to one of the {number} checks below. A check computes the two sides of its equation in different ways, on inputs for which a wrong formula would fail; the build stops when an error exceeds its tolerance. The mark says what kind of check it was: \emph{symbolic}, the two sides were found equal by computer algebra; \emph{absolute} (abs.), a difference of numbers, or by how much an inequality was violated; \emph{relative} (rel.), a difference as a fraction of the value; \emph{exponent}, the difference between a measured exponent and the one in the text; \emph{Monte Carlo} (MC), the relative error of a mean over random draws $\pm$ its standard error; the tolerance is four standard errors. Except for the symbolic ones these are numerical tests on examples: they find mistakes, and do not replace the proofs.": _in(
        r"Jede Marke $\checkmark$ am Rand gehört zu einer der {number} Prüfungen unten. Eine Prüfung berechnet beide Seiten ihrer Gleichung auf verschiedenen Wegen, für Eingaben, bei denen eine falsche Formel versagt; die Erzeugung bricht ab, wenn ein Fehler seine Toleranz überschreitet. Die Marke nennt die Art der Prüfung: \emph{symbolisch}, die beiden Seiten wurden durch Computeralgebra als gleich erkannt; \emph{absolut} (abs.), eine Differenz von Zahlen oder das Maß, um das eine Ungleichung verletzt wurde; \emph{relativ} (rel.), eine Differenz als Anteil des Wertes; \emph{Exponent}, die Differenz zwischen einem gemessenen Exponenten und dem im Text; \emph{Monte Carlo} (MC), der relative Fehler eines Mittelwerts über zufällige Ziehungen $\pm$ seinem Standardfehler, dessen Vierfaches die Toleranz ist. Außer den symbolischen sind dies numerische Tests an Beispielen: Sie finden Fehler und ersetzen die Beweise nicht.",
        r"Chaque marque $\checkmark$ dans la marge renvoie à l'une des {number} vérifications ci-dessous. Une vérification calcule les deux membres de son équation par des voies différentes, sur des entrées pour lesquelles une formule fausse échoue; la production s'arrête quand une erreur dépasse sa tolérance. La marque indique le type de vérification: \emph{symbolique}, les deux membres ont été trouvés égaux par calcul formel; \emph{absolue} (abs.), une différence de nombres, ou la mesure de la violation d'une inégalité; \emph{relative} (rel.), une différence rapportée à la valeur; \emph{exposant}, la différence entre un exposant mesuré et celui du texte; \emph{Monte-Carlo} (MC), l'erreur relative d'une moyenne sur des tirages aléatoires $\pm$ son erreur type, dont le quadruple est la tolérance. À l'exception des vérifications symboliques, ce sont des tests numériques sur des exemples: ils trouvent des fautes et ne remplacent pas les démonstrations.",
        r"Cada marca $\checkmark$ en el margen corresponde a una de las {number} comprobaciones siguientes. Una comprobación calcula los dos lados de su ecuación por vías distintas, con entradas para las que una fórmula errónea falla; la producción se detiene cuando un error supera su tolerancia. La marca indica el tipo de comprobación: \emph{simbólica}, el álgebra computacional halló iguales los dos lados; \emph{absoluta} (abs.), una diferencia de números, o la medida en que se violó una desigualdad; \emph{relativa} (rel.), una diferencia como fracción del valor; \emph{exponente}, la diferencia entre un exponente medido y el del texto; \emph{Montecarlo} (MC), el error relativo de una media sobre extracciones aleatorias $\pm$ su error típico, cuyo cuádruple es la tolerancia. Salvo las simbólicas, son pruebas numéricas con ejemplos: encuentran errores y no sustituyen a las demostraciones.",
        r"页边的每个标记 $\checkmark$ 对应下列 {number} 项检验之一。每项检验用不同的方法计算公式的两边，所选的输入会使错误的公式不能通过；误差超过容差时，生成过程停止。标记说明检验的类型：\emph{符号}，由计算机代数判定两边相等；\emph{绝对}，数值之差，或不等式被违反的程度；\emph{相对}，差与数值之比；\emph{指数}，测得的指数与正文中的指数之差；\emph{蒙特卡洛}（MC），随机抽样均值的相对误差 $\pm$ 其标准误差，容差为标准误差的四倍。除符号检验外，这些都是对例子的数值测试：它们能发现错误，但不能代替证明。",
    ),
    r"Each row is a sentence of this report that compares results: its page, what is compared, the value found, and the limit, above or below which the build stops. A value is the mean over the $n$ seeds of its chapter, or their minimum or maximum where it says so. If several values share one limit, their range is given; otherwise they are in the order of their limits.": _in(
        r"Jede Zeile ist ein Satz dieses Berichts, der Ergebnisse vergleicht: seine Seite, was verglichen wird, der gefundene Wert und die Grenze, ober- oder unterhalb derer die Erzeugung abbricht. Ein Wert ist der Mittelwert über die $n$ Startwerte seines Kapitels oder, wo es angegeben ist, deren Minimum oder Maximum. Mehrere Werte werden als Bereich angegeben, wenn sie dieselbe Grenze haben, und sonst in der Reihenfolge ihrer Grenzen.",
        r"Chaque ligne est une phrase de ce rapport qui compare des résultats: sa page, ce qui est comparé, la valeur trouvée et la limite au-dessus ou au-dessous de laquelle la production s'arrête. Une valeur est la moyenne sur les $n$ graines de son chapitre, ou leur minimum ou maximum là où c'est indiqué. Plusieurs valeurs sont données par leur étendue si elles ont la même limite, et sinon dans l'ordre de leurs limites.",
        r"Cada fila es una frase de este informe que compara resultados: su página, lo que se compara, el valor hallado y el límite por encima o por debajo del cual se detiene la producción. Un valor es la media sobre las $n$ semillas de su capítulo, o su mínimo o máximo donde así se indica. Varios valores se dan como intervalo si tienen el mismo límite y, si no, en el orden de sus límites.",
        r"每一行是本报告中比较结果的一个语句：所在页码、比较的内容、得到的值，以及使生成过程停止的上限或下限。数值是所在章的 $n$ 个随机种子的均值，注明处为其最小值或最大值。若干数值有同一限值时以范围给出，否则按其限值的顺序给出。",
    ),
    "What was checked": _in("Was geprüft wurde", "Ce qui a été vérifié", "Lo que se comprobó", "检验的内容"),
    "What was claimed": _in("Was behauptet wurde", "Ce qui a été affirmé", "Lo que se afirmó", "断言的内容"),
    "There is none yet.": _in(
        "Es gibt noch keinen.", "Il n'y en a pas encore.", "Todavía no hay ninguna.", "目前还没有。"
    ),
    "Provenance": _in("Herkunft", "Provenance", "Procedencia", "来源"),
    "This is the text-only build: written answers and their checks, no experiment.": _in(
        "Dies ist die reine Textfassung: schriftliche Antworten und ihre Prüfungen, kein Experiment.",
        "Ceci est la version texte seul: réponses écrites et leurs vérifications, aucune expérience.",
        "Esta es la versión de solo texto: respuestas escritas y sus comprobaciones, ningún experimento.",
        "这是纯文本版本：只有书面解答及其检验，没有实验。",
    ),
    "Equation": _in("Gleichung", "Équation", "Ecuación", "公式"),
    "How": _in("Wie", "Comment", "Cómo", "方法"),
    "Error": _in("Fehler", "Erreur", "Error", "误差"),
    "Tolerance": _in("Toleranz", "Tolérance", "Tolerancia", "容差"),
    "Line": _in("Zeile", "Ligne", "Línea", "行"),
    r"Values with the mark \givenvalue{}\phantom{$^{\ast}$} are given by the task.": _in(
        r"Werte mit der Marke \givenvalue{}\phantom{$^{\ast}$} gibt die Aufgabe vor.",
        r"Les valeurs marquées \givenvalue{}\phantom{$^{\ast}$} sont données par l'énoncé.",
        r"Los valores con la marca \givenvalue{}\phantom{$^{\ast}$} los da el enunciado.",
        r"带标记 \givenvalue{}\phantom{$^{\ast}$} 的值由题目给出。",
    ),
    "Data": _in("Daten", "Données", "Datos", "数据"),
    "File": _in("Datei", "Fichier", "Archivo", "文件"),
    "sha256 (first 32 digits)": _in(
        "sha256 (die ersten 32 Ziffern)",
        "sha256 (les 32 premiers chiffres)",
        "sha256 (los 32 primeros dígitos)",
        "sha256（前 32 位）",
    ),
    "Setting": _in("Einstellung", "Paramètre", "Parámetro", "设置"),
    "Meaning": _in("Bedeutung", "Signification", "Significado", "含义"),
    "Page": _in("Seite", "Page", "Página", "页"),
    "What was compared": _in("Was verglichen wurde", "Ce qui a été comparé", "Lo que se comparó", "比较的内容"),
    "Found": _in("Gefunden", "Trouvé", "Hallado", "所得"),
    "Limit": _in("Grenze", "Limite", "Límite", "限值"),
    # ---- the table of claims
    "each": _in("je", "chacun", "cada uno", "各"),
    "not met": _in("nicht erfüllt", "non vérifié", "no se cumple", "不成立"),
    "lowest {text}": _in("Minimum: {text}", "minimum: {text}", "mínimo: {text}", "最小的{text}"),
    "highest {text}": _in("Maximum: {text}", "maximum: {text}", "máximo: {text}", "最大的{text}"),
    "the former": _in("des ersten", "du premier", "del primero", "前者"),
    "the latter": _in("des zweiten", "du second", "del segundo", "后者"),
    r"in~\% of": _in(r"in~\%", r"en~\%", r"en~\%", r"的百分比，基于"),
    "points": _in("Punkte", "points", "puntos", "个百分点"),
    "percentage points": _in("Prozentpunkte", "points de pourcentage", "puntos porcentuales", "个百分点"),
    "{least} to {largest}": _in(
        "{least} bis {largest}", "{least} à {largest}", "{least} a {largest}", "{least} 至 {largest}"
    ),
    # ---- the provenance
    "with uncommitted changes": _in(
        "mit nicht eingecheckten Änderungen",
        "avec des modifications non validées",
        "con cambios sin confirmar",
        "含未提交的更改",
    ),
    "Commit": _in("Commit", "Commit", "Commit", "提交"),
    "Code": _in("Code", "Code", "Código", "代码"),
    "{number} files, identity {identity}": _in(
        "{number} Dateien, Kennung {identity}",
        "{number} fichiers, identité {identity}",
        "{number} archivos, identidad {identity}",
        "{number} 个文件，标识 {identity}",
    ),
    "{number} files": _in("{number} Dateien", "{number} fichiers", "{number} archivos", "{number} 个文件"),
    "Program": _in("Programm", "Programme", "Programa", "程序"),
    "Libraries": _in("Bibliotheken", "Bibliothèques", "Bibliotecas", "软件库"),
    "Kind of machine": _in("Art des Rechners", "Type de machine", "Tipo de máquina", "机器类型"),
    "not recorded": _in("nicht aufgezeichnet", "non enregistré", "no registrado", "未记录"),
    "Accepted": _in("Akzeptiert", "Accepté", "Aceptado", "已接受"),
    "Changes that rebuild nothing": _in(
        "Änderungen, nach denen nichts neu gemacht wird",
        "Changements qui ne relancent rien",
        "Cambios que no rehacen nada",
        "不触发重建的更改",
    ),
    "Name": _in("Name", "Nom", "Nombre", "名称"),
    "Folder": _in("Ordner", "Dossier", "Carpeta", "文件夹"),
    "Address": _in("Adresse", "Adresse", "Dirección", "地址"),
    "DOI": _in("DOI", "DOI", "DOI", "DOI"),
    "Fetched by": _in("Geholt von", "Obtenu par", "Obtenido por", "获取程序"),
    "Licence": _in("Lizenz", "Licence", "Licencia", "许可"),
    "Citation": _in("Zitat", "Citation", "Cita", "引用"),
    # ---- values and tables
    "yes": _in("ja", "oui", "sí", "是"),
    "no": _in("nein", "non", "no", "否"),
    "none": _in("keine", "aucun", "ninguno", "无"),
    "n/a": _in("k. A.", "n. d.", "n. d.", "无"),
    "median {middle} ({low} to {high})": _in(
        "Median {middle} ({low} bis {high})",
        "médiane {middle} ({low} à {high})",
        "mediana {middle} ({low} a {high})",
        "中位数 {middle}（{low} 至 {high}）",
    ),
    "Layer": _in("Schicht", "Couche", "Capa", "层"),
    "Activation": _in("Aktivierung", "Activation", "Activación", "激活函数"),
    "Output": _in("Ausgabe", "Sortie", "Salida", "输出"),
    "Parameters": _in("Parameter", "Paramètres", "Parámetros", "参数"),
    "Total": _in("Summe", "Total", "Total", "合计"),
}
