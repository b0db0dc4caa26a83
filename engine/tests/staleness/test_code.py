"""Which parts of a module count as its code."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from texloom.staleness import closure, keys
from texloom.staleness.code import code_digest, code_digests, read_by
from texloom.staleness.made_from import RETURN_NOTHING

CODE = '''\
"""A module."""
from texloom.errors import ReportError, WayOut

LIMIT = 3
"""The most that there may be."""


class Counter:
    """Counts."""

    def add(self, number):
        """One more."""
        # a comment
        assert number > 0, "not negative"
        if number > LIMIT:
            raise ValueError(f"{number} is too large", 3) from OSError("a cause")
        return {"sum": number + 1}


def refuse(number):
    raise ReportError("number", f"of one {number}" if number == 2 else "in all", WayOut("add one"))
'''


@pytest.fixture
def module(tmp_path: Path):
    """Write a text as a module."""

    def write(text: str) -> Path:
        path = tmp_path / "module.py"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def digest(module):
    """The digest of a module with this text if only its code counts."""
    return lambda text: code_digest(module(text), counted="code")


LAYOUT = [
    ("# a comment", "# another comment"),
    ("        # a comment\n", ""),
    ("number + 1}", "(\n            number\n            + 1\n        )}"),
    ("\n\n\nclass", "\n\nclass"),
    ('{"sum"', "{'sum'"),
]
TEXTS = [
    ("A module", "One module"),
    ('"""A module."""\n', ""),
    ("The most that", "At most what"),
    ('"""Counts."""', '"""Counts numbers."""'),
    ('        """One more."""\n', ""),
    ("not negative", "a positive number"),
    (" is too large", " is more than that"),
    ("a cause", "another cause"),
    ('"number", f', '"counter", f'),
    ("of one", "of a single number"),
    ("in all", "altogether"),
    ("add one", "take one away"),
]


@pytest.mark.parametrize(("old", "new"), [*LAYOUT, *TEXTS])
def test_what_only_people_read_does_not_count(digest, old: str, new: str) -> None:
    assert CODE.count(old) == 1
    assert digest(CODE.replace(old, new)) == digest(CODE)


@pytest.mark.parametrize(("old", "new"), TEXTS)
def test_where_something_reads_texts_they_count(module, old: str, new: str) -> None:
    assert code_digest(module(CODE)) != code_digest(module(CODE.replace(old, new)))


@pytest.mark.parametrize(("old", "new"), LAYOUT)
def test_the_layout_counts_only_where_source_is_read(module, old: str, new: str) -> None:
    before = [code_digest(module(CODE), counted=each) for each in ("texts", "source")]
    after = [code_digest(module(CODE.replace(old, new)), counted=each) for each in ("texts", "source")]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False]


@pytest.mark.parametrize(("old", "new"), TEXTS)
def test_where_only_python_s_errors_are_caught_their_texts_count(module, old: str, new: str) -> None:
    before, after = (code_digest(module(text), counted="errors") for text in (CODE, CODE.replace(old, new)))
    assert (before != after) == (old in ("not negative", " is too large", "a cause"))


def test_a_whole_module_has_a_digest_for_each_that_may_count(module) -> None:
    path = module(CODE)
    assert code_digests(path) == {code_digest(path, counted=each) for each in ("code", "errors", "texts", "source")}
    assert len(code_digests(path)) == 4


def test_of_some_functions_only_they_count(module) -> None:
    def of(text: str) -> list[str]:
        return [code_digest(module(text), ["refuse"], each) for each in ("code", "texts", "source")]

    assert of(CODE) == of(CODE.replace("LIMIT = 3", "LIMIT = 4"))
    assert of(CODE) != of(CODE.replace("number == 2", "number == 3"))
    assert [one == other for one, other in zip(of(CODE), of(CODE.replace("in all", "x")), strict=True)] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ('"sum"', '"total"'),
        ("number + 1", "number - 1"),
        ("number > 0", "number >= 0"),
        (CODE.splitlines()[13] + "\n", ""),
        ("raise ValueError", "raise KeyError"),
        ('large", 3)', 'large", 4)'),
        ("> LIMIT:", "> LIMIT + 1:"),
        ("def add", "def plus"),
        ("{number} is", "{LIMIT} is"),
        ("number == 2", "number == 3"),
    ],
)
def test_all_else_does(digest, old: str, new: str) -> None:
    assert CODE.count(old) == 1
    assert digest(CODE.replace(old, new)) != digest(CODE)


@pytest.mark.parametrize(
    ("statement", "other"),
    [
        ('raise ValueError() if mode == "strict" else E()', 'raise ValueError() if mode == "loose" else E()'),
        ('raise ValueError(TABLE["a"])', 'raise ValueError(TABLE["b"])'),
        ('raise ValueError(read("a"))', 'raise ValueError(read("b"))'),
        ('raise errors["a"]', 'raise errors["b"]'),
        ('raise ValueError("a" + x)', 'raise ValueError("b" + x)'),
        ('raise ValueError("a" if x == "b" else "c")', 'raise ValueError("a" if x == "d" else "c")'),
        ('raise ImportError(name="a")', 'raise ImportError(name="b")'),
        ('raise ValueError(f"{f(1)}")', 'raise ValueError(f"{f(2)}")'),
        ('raise E("a")', 'raise E("b")'),  # it is not known what E does with its text
        ('raise StopIteration("a")', 'raise StopIteration("b")'),  # the text is the value of a generator
        ('raise SystemExit("a")', 'raise SystemExit("b")'),
        ("raise SystemExit(2)", "raise SystemExit(3)"),
        ('raise module.ValueError("a")', 'raise module.ValueError("b")'),
        ('ValueError("a")', 'ValueError("b")'),  # the error is not raised
        ('raise ReportError("a", "b")', 'raise ReportError("c", "b")'),  # here this name is not the engine's error
        ('class ValueError(E): ...\nraise ValueError("a")', 'class ValueError(E): ...\nraise ValueError("b")'),
        ('def ValueError(x): ...\nraise ValueError("a")', 'def ValueError(x): ...\nraise ValueError("b")'),
        ('def f(ValueError):\n raise ValueError("a")', 'def f(ValueError):\n raise ValueError("b")'),
        ('ValueError = E\nraise ValueError("a")', 'ValueError = E\nraise ValueError("b")'),
        ('import e as ValueError\nraise ValueError("a")', 'import e as ValueError\nraise ValueError("b")'),
        ('from e import *\nraise ValueError("a")', 'from e import *\nraise ValueError("b")'),
        ('try: ...\nexcept E as OSError:\n raise OSError("a")', 'try: ...\nexcept E as OSError:\n raise OSError("b")'),
        ('match x:\n case OSError: raise OSError("a")', 'match x:\n case OSError: raise OSError("b")'),
        (
            'from mine.errors import ReportError\nraise ReportError("a")',
            'from mine.errors import ReportError\nraise ReportError("b")',
        ),
        (
            'from texloom.errors import ReportError\nReportError = E\nraise ReportError("a", "b")',
            'from texloom.errors import ReportError\nReportError = E\nraise ReportError("a", "c")',
        ),
        (
            'from texloom.errors import closest as ReportError\nraise ReportError("a")',
            'from texloom.errors import closest as ReportError\nraise ReportError("b")',
        ),
        (
            'from texloom.errors import closest\nraise closest("a")',
            'from texloom.errors import closest\nraise closest("b")',
        ),
        ('raise ValueError from E("a")', 'raise ValueError from E("b")'),
        ('assert x, f("a")', 'assert x, f("b")'),
    ],
)
def test_a_text_that_can_decide_something_counts(digest, statement: str, other: str) -> None:
    assert digest(statement) != digest(other)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("x = 1", "code"),
        ("try: ...\nexcept E: ...", "code"),
        ("try: ...\nexcept E as error: raise ValueError(str(error)) from error", "code"),
        ("def f():\n    '''Has no __doc__ of its own.'''\nmodel.eval()\nre.compile('x')", "code"),
        ("try: ...\nexcept E as error: x = float(str(error))", "texts"),
        ("try: ...\nexcept OSError as error: x = float(str(error))", "errors"),
        ("from a.b import E\nimport c.d\ntry: ...\nexcept (ValueError, E, c.F) as error: x = str(error)", "errors"),
        ("try: ...\nexcept (OSError, E) as error: x = str(error)", "texts"),
        ("try: ...\nexcept Exception as error: x = str(error)", "texts"),
        ("try: ...\nexcept* ExceptionGroup as error: x = error", "texts"),
        ("from texloom.errors import E\ntry: ...\nexcept E as error: x = str(error)", "texts"),
        ("import texloom.errors as e\ntry: ...\nexcept e.ReportError as error: x = str(error)", "texts"),
        ("from .a import E\ntry: ...\nexcept E as error: x = str(error)", "texts"),
        ("from experiments.a import E\ntry: ...\nexcept E as error: x = str(error)", "texts"),
        ("import builtins\ntry: ...\nexcept builtins.Exception as error: x = str(error)", "texts"),
        ("from builtins import Exception\ntry: ...\nexcept Exception as error: x = str(error)", "texts"),
        ("OSError = E\ntry: ...\nexcept OSError as error: x = str(error)", "texts"),
        ("from a import E\nE = F\ntry: ...\nexcept E as error: x = str(error)", "texts"),
        ("try: ...\nexcept kinds() as error: x = str(error)", "texts"),
        ("try: ...\nexcept* E as error:\n if f(error): raise", "texts"),
        ("x = len(f.__doc__)", "texts"),
        ("x = __doc__", "texts"),
        ("x = getattr(f, '__doc__')", "texts"),
        ("from docopt import docopt", "texts"),
        ("import traceback as t", "texts"),
        ("from sys import exc_info as e", "texts"),
        ("x = future.exception()", "texts"),
        ("class A:\n def __exit__(self, *a): ...", "texts"),
        ("class A:\n async def __aexit__(self, *a): ...", "texts"),
        ("gather(return_exceptions=True)", "texts"),
        ("eval(x)", "texts"),
        ("from importlib import util", "texts"),
        ("import a.linecache.b", "source"),
        ("import inspect", "source"),
        ("from inspect import getsource", "source"),
        ("x = f.__code__.co_firstlineno + len(f.__doc__)", "source"),
    ],
)
def test_the_parts_of_other_modules_that_a_module_reads_follow_from_its_names(module, text: str, counted: str) -> None:
    assert read_by(module(text)) == counted


@pytest.mark.parametrize(
    "names",
    [
        "__doc__ getdoc docopt ply use_attribute_docstrings",
        "exc_info exception return_exceptions excepthook last_value last_exc traceback format_exc",
        "__exit__ __aexit__ __context__ __cause__ add_done_callback",
        "importlib import_module __import__ runpy exec eval",
    ],
)
def test_each_of_these_names_lets_texts_count(module, names: str) -> None:
    assert {read_by(module(name)) for name in names.split()} == {"texts"}
    sources = "inspect linecache getsource getcomments findsource co_firstlineno co_lines f_lineno tb_lineno lineno"
    assert {read_by(module(f"x.{name}")) for name in sources.split()} == {"source"}


HARMLESS = {
    "texloom.training.stage": "imports the modules of an experiment, which are in the graph",
    "texloom.training.analysis": "the same",
    "texloom.training.plain": "the same",
    "texloom.document.checks": "imports the modules beside the fragments; unwraps a function for its line",
    "texloom.data.sources": "puts the texts of errors into another that it raises",
    "texloom.training.configuration": "the same",
    "texloom.manifest": "the same",
    "texloom.results.plotting": "takes a character from matplotlib's warning, and puts that into an error",
    "texloom.results.utf8": "takes from Python's error where it is, and puts that into another",
}


def test_nothing_of_the_engine_that_makes_results_reads_texts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Therefore only the report's modules decide whether texts count."""
    monkeypatch.chdir(root)
    graph = closure.import_graph()
    stages = [*keys.STAGES.values(), *keys.RESULTS, "texloom.training.checkpoint", "texloom.document.checks"]
    names = {name for each in stages for name in closure.modules(each, graph, RETURN_NOTHING)}
    names |= {name for name in graph.modules if name.startswith("texloom.results.")}
    assert {name for name in names if read_by(closure.source_path(name)) != "code"} <= HARMLESS.keys()


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (f"X = {' + '.join(['1'] * 1500)}\n", f"X = {' + '.join(['1'] * 1499)} + 2\n"),
        (f"X = 0x{'f' * 5000}\n", f"X = 0x{'f' * 4999}e\n"),
        (
            f"try:\n    f()\nexcept OSError as e:\n    x = {' + '.join(['1'] * 1500)}\n",
            "try:\n    f()\nfinally:\n    g()\n",
        ),
    ],
    ids=["a long sum", "a long number", "a long sum where an error is caught"],
)
def test_what_python_imports_has_a_digest(text: str, other: str, tmp_path: Path) -> None:
    digests = set()
    limits = sys.getrecursionlimit(), sys.get_int_max_str_digits()
    for content in (text, other):
        compile(content, "module", "exec")
        path = tmp_path / "module.py"
        path.write_text(content)
        assert read_by(path) == "code"
        digests |= {code_digest(path, counted="code")}
    assert len(digests) == 2
    assert (sys.getrecursionlimit(), sys.get_int_max_str_digits()) == limits
