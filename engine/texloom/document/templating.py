r"""Jinja for LaTeX: delimiters in LaTeX's style, strict names, escaping, and a map from output to templates.

Delimiters are \VAR{…}, \BLOCK{…}, \#{…}. Every template line is marked with its number while it is rendered; the
marks are then removed and become the source map, so that TeX's errors refer to the author's own file.

Strings in expressions are literal: their backslashes are LaTeX's, so "$3\times$" contains no tab.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from jinja2.ext import Extension
from jinja2.lexer import Lexer, Token, TokenStream

from texloom.document.tex.latex import TeX, to_tex
from texloom.document.words import say
from texloom.errors import ReportError
from texloom.results.utf8 import read_utf8

TEMPLATES = Path("templates")
MARK = re.compile("\ue000([^\ue001]*)\ue001")
"""A mark in rendered text, with template and line, between characters of the private use area."""
LEADING_MARKS = re.compile("(?:\ue000[^\ue001]*\ue001)+")


class LineMarks(Extension):
    """Puts a mark before the text of each template line."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type != "data":
                yield token
                continue
            lines = enumerate(token.value.split("\n"), start=token.lineno)
            marked = [f"\ue000{stream.name}:{number}\ue001{line}" for number, line in lines]
            yield Token(token.lineno, "data", "\n".join(marked))


class LiteralStrings(Lexer):
    """Jinja's lexer, except that a backslash in a string is a backslash."""

    def wrap(
        self, stream: Iterable[tuple[int, str, str]], name: str | None = None, filename: str | None = None
    ) -> Iterator[Token]:
        for lineno, token, text in stream:
            if token == "string":
                yield Token(lineno, token, self._normalize_newlines(text[1:-1]))
            else:
                yield from super().wrap([(lineno, token, text)], name, filename)


class Loader(jinja2.FileSystemLoader):
    """Jinja's loader, with errors that name the line where a template is not UTF-8."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError:
            for folder in self.searchpath:
                if (path := Path(folder, template)).exists():
                    read_utf8(path)
            raise


class Environment(jinja2.Environment):
    """Jinja's environment with literal strings."""

    @cached_property
    def lexer(self) -> Lexer:  # type: ignore[override]
        return LiteralStrings(self)


def make_environment(folder: Path = TEMPLATES) -> jinja2.Environment:
    """The environment of all templates, with say(…) for words in the language of the report."""
    environment = Environment(
        loader=Loader(folder),
        extensions=[LineMarks],
        block_start_string=r"\BLOCK{",
        block_end_string="}",
        variable_start_string=r"\VAR{",
        variable_end_string="}",
        comment_start_string=r"\#{",
        comment_end_string="}",
        undefined=jinja2.StrictUndefined,
        autoescape=True,  # everything passes through `finalize`, which escapes for LaTeX
        finalize=_splice,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["say"] = _say
    return environment


def _say(text: str, /, **values: Any) -> TeX:
    return TeX(say(text, **{name: to_tex(value) for name, value in values.items()}))


@jinja2.pass_eval_context  # keeps Jinja from folding literals early, which would escape them for HTML
def _splice(_: Any, value: Any) -> TeX:
    return to_tex(value)


def strip_marks(text: str) -> TeX:
    """Rendered text without its marks."""
    return TeX(MARK.sub("", text))


def split_marks(text: str) -> tuple[str, list[str]]:
    """Rendered text without its marks, and the template line of each of its lines.

    A line belongs to the last mark before its first character; a line without a mark, from an inserted value, to the
    previous mark.
    """
    lines, places, place = [], [], ""
    for line in text.split("\n"):
        leading = LEADING_MARKS.match(line)
        start = MARK.findall(leading[0]) if leading else []
        place = start[-1] if start else place
        places.append(place)
        lines.append(MARK.sub("", line))
        place = (MARK.findall(line) or [place])[-1]
    return "\n".join(lines), places


def render(environment: jinja2.Environment, name: str, context: Mapping[str, Any]) -> str:
    """Render a template, marks included.

    Raises ReportError with the template's file and line for a missing template, a syntax error, an unknown name, and
    for any exception of an expression or of a function that the template calls.
    """
    try:
        return environment.get_template(name).render(context)
    except jinja2.TemplateNotFound as error:
        raise ReportError(
            TEMPLATES / name, "there is no such template", f"write {TEMPLATES / str(error.name)}"
        ) from None
    except jinja2.TemplateSyntaxError as error:
        raise ReportError(f"{TEMPLATES / (error.name or name)}:{error.lineno}", str(error.message)) from None
    except jinja2.UndefinedError as error:
        raise ReportError(_template_line(error, name), str(error.message)) from None
    except RecursionError as error:
        what = "the template includes itself, or calls itself without end"
        raise ReportError(_template_line(error, name), what, "remove the include or the call") from None
    except OSError:
        raise
    except ReportError as error:
        place = _template_line(error, name)
        if str(error.where).startswith(place):  # the template itself, which cannot be read
            raise
        where = place + (f": {error.where}" if error.where else "")
        raise ReportError(where, error.what, error.way_out) from None
    except Exception as error:  # of an expression of the author
        if (place := _template_line(error, name)) == str(TEMPLATES / name):
            raise
        raise ReportError(place, *_in_words(error)) from error


def _in_words(error: Exception) -> tuple[str, str]:
    """An exception of an expression, and the way out."""
    text = " ".join(str(error).split()).replace("SectionContext.", "")
    if isinstance(error, ZeroDivisionError):
        return "division by zero", "divide by something else, or print it only \\BLOCK{if …} it is not 0"
    if isinstance(error, TypeError) and "() " in text:
        return f"a wrong call: {text}", "docs/templates.md lists the functions and their arguments"
    kind = "" if isinstance(error, TypeError) else f"{type(error).__name__}: "
    return f"{kind}{text}".replace("'Quantity'", "a metric") or type(error).__name__, ""


def line_in_template() -> str:
    """templates/<file>:<line> of the calling expression, in the innermost template if one includes another."""
    frame = sys._getframe()
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if isinstance(template, jinja2.Template):
            return f"{TEMPLATES / str(template.name)}:{template.get_corresponding_lineno(frame.f_lineno)}"
        frame = frame.f_back
    return str(TEMPLATES)


def _template_line(error: BaseException, name: str) -> str:
    """templates/<file>:<line> of the innermost template frame of a traceback."""
    place, trace = str(TEMPLATES / name), error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if filename.endswith(".j2"):
            place = f"{filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
