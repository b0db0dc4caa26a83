"""The data sets of the report, which report.toml declares and experiments name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from texloom import manifest
from texloom.data.digests import digests
from texloom.data.fetching import fetch_entry
from texloom.data.own import own_digests
from texloom.data.paths import entries, file_name, own_path, place, unknown
from texloom.data.scratch import fetching_lock, lock_of
from texloom.data.sums import FOLDER, SUMS, read_sums
from texloom.errors import ReportError
from texloom.results.utf8 import read_python

WRITTEN = 'write it at the top of the module, with the names written out: DATA = ("rain", "stars")'


def names(experiment: str) -> Sequence[str]:
    """The data sets that an experiment declares in DATA, read from its source: it must not run before it is recorded.

    Raises ReportError if the names are not written out, and for one that report.toml does not declare.
    """
    path = Path("experiments", experiment, "__init__.py")
    line, value = _assigned(path)
    where = f"{path}:{line}"
    try:
        found = ast.literal_eval(value)
    except (ValueError, TypeError):
        raise ReportError(where, "DATA is computed, not written out", WRITTEN) from None
    if isinstance(found, str):
        raise ReportError(where, "DATA is a string, not a tuple of names", f'write DATA = ("{found}",)')
    if not isinstance(found, tuple | list | set) or not all(isinstance(name, str) for name in found):
        raise ReportError(where, f"DATA is {ast.unparse(value)}, not a tuple of names of data sets", WRITTEN)
    for name in found:
        if name not in entries():
            raise unknown(f"{path}: DATA", name)
    return tuple(found)


def _assigned(path: Path) -> tuple[int, ast.expr]:
    """The last value that a module assigns to DATA, with its line.

    Raises ReportError if there is no assignment, and for a statement that sets DATA in another way.
    """
    found = None
    for node in read_python(path).body:
        match node:
            case ast.Assign(targets, value) if any(
                isinstance(each, ast.Name) and each.id == "DATA" for each in targets
            ):
                found = node.lineno, value
            case ast.AnnAssign(ast.Name("DATA"), _, ast.expr() as value):
                found = node.lineno, value
            case ast.AnnAssign(ast.Name("DATA"), _, None):
                pass  # only an annotation, no value
            case _ if any(map(_changes_data, _of_module(node))):
                raise ReportError(f"{path}:{node.lineno}", "sets DATA by other means than an assignment", WRITTEN)
    if found is None:
        raise ReportError(path, "does not assign DATA", WRITTEN)
    return found


def _of_module(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement, without the bodies of functions and classes."""
    waiting = [node]
    while waiting:
        yield (each := waiting.pop())
        inner = isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
        waiting += [] if inner else ast.iter_child_nodes(each)


def _changes_data(node: ast.AST) -> bool:
    match node:
        case ast.Name("DATA", ctx):
            return not isinstance(ctx, ast.Load)
        case ast.alias(name, other):
            return (other or name) == "DATA"
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            return name == "DATA"
        case ast.Attribute(ast.Name("DATA"), asked):  # as DATA.append(…)
            return asked not in ("count", "index")
        case ast.Subscript(ast.Name("DATA"), _, ctx):
            return not isinstance(ctx, ast.Load)
    return False


def sums(experiment: str) -> list[Path]:
    """The SHA256SUMS files of the data sets that an experiment declares in DATA and that are fetched."""
    return [FOLDER / name / SUMS for name in names(experiment) if not own_path(entries()[name])]


def missing(experiments: Iterable[str]) -> list[str]:
    """The data sets of these experiments that must be fetched, because they are not in data/ as declared."""
    wanted = {path: None for name in experiments for path in sums(name)}
    return [path.parent.name for path in wanted if not path.exists() or declared_anew(path.parent.name)]


def declared_anew(name: str) -> bool:
    """Whether report.toml declares other data than were fetched: another file, digest, DOI or module, or other files.

    Another URL of the same file is the same data.
    """
    entry, found = entries()[name], read_sums(FOLDER / name)
    if "url" in entry:
        return found != {file_name(entry["url"]): entry["sha256"]}
    return _fetched_from(name) not in ("", _source(name)) or ("files" in entry and found.keys() != set(entry["files"]))


def _source(name: str) -> str:
    """The source of a data set, as report.toml declares it."""
    entry = entries()[name]
    return next(f"{key} {entry[key]}" for key in ("module", "url", "doi") if key in entry)


def _fetched_from(name: str) -> str:
    """The source from which they were fetched; empty if not stored, as for data that an earlier engine fetched."""
    try:
        return lock_of(name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def data_digests(experiment: str) -> dict[str, str]:
    """The current sha256 of each data file of an experiment, by "<data set>/<file>".

    Raises ReportError if data are missing, or differ from what was declared or fetched.
    """
    declared = manifest.load().data
    found = {}
    for name in names(experiment):
        own = declared[name].own
        contents = own_digests(name, declared[name]) if own else _fetched_digests(name)
        found |= {f"{name}/{file}": digest for file, digest in contents.items()}
    return found


def _fetched_digests(name: str) -> dict[str, str]:
    """The digests of the files of a fetched data set.

    Raises ReportError if one was changed after fetching, or if report.toml declares another.
    """
    folder = FOLDER / name
    wanted = {folder / file: digest for file, digest in read_sums(folder).items()}
    if not (folder / SUMS).exists():
        raise ReportError(folder, "the data are not there", f"python -m experiments data {name}")
    if declared_anew(name):
        raise ReportError(place(name), "declares other data than were fetched", f"python -m experiments data {name}")
    found = digests(path for path in wanted if path.is_file())
    for path, digest in wanted.items():
        if found.get(path) != digest:
            raise ReportError(
                path,
                f"is not as it was fetched: expected {digest}, got {found.get(path, 'no file')}",
                f"python -m experiments data {name} fetches it again; move it first if you made the change",
            )
    return {path.name: digest for path, digest in wanted.items()}


def fetch(name: str, user_folder: Path | None = None) -> None:
    """Fetch one data set, from the given folder or that in the environment, unless another process has just done so.

    Raises ReportError for a data set that report.toml does not declare, that is the author's own, or that is not
    available.
    """
    declared = manifest.load().data
    if name not in declared:
        raise unknown("data", name)
    if declared[name].own:
        raise ReportError(place(name), f"'{name}' is your own {declared[name].kind}, which is never fetched")
    with fetching_lock(name) as waited:
        if not (waited and (FOLDER / name / SUMS).exists() and not declared_anew(name)):
            fetch_entry(name, declared[name].source, user_folder)
            lock_of(name).write_text(_source(name), encoding="utf-8")  # after the sums: a killed fetch is repeated
