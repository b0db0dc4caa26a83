"""Turn exceptions that the author's code causes into one message: the author's line, what happened, and the traceback.

The traceback of an exception shows which of the author's lines was running, so every command reports it in this form:

    experiments/rain/figures.py:41: figures of rain: ZeroDivisionError: division by zero
      in draw: axes.plot(1 / 0)
      called from experiments/rain/figures.py:12 in figures
      the whole traceback: .snakemake/tracebacks/figures-rain.log
"""

from __future__ import annotations

import errno
import inspect
import os
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from string import Formatter
from types import FrameType, FunctionType, ModuleType

from texloom.errors import ReportError
from texloom.machine.records import RECORDS
from texloom.machine.stage_errors import TRACEBACKS

CALLERS = (
    *("texloom.__main__", "texloom.commands.drawn", "texloom.commands.stages", "texloom.document.checks"),
    *("texloom.training.analysis", "texloom.training.configuration", "texloom.training.plain"),
    "texloom.training.stage",
)
"""The modules that call the author's code."""
WRITTEN = ("theory", "templates", "experiments", "report.toml")
"""The author's own files and folders that a build reads."""
NOT_THE_AUTHORS = ("engine", ".venv", "build", RECORDS.name)
"""Folders of a report with code of others."""
STAGE_OF = {
    "texloom.training.analysis": "analysis",
    "texloom.training.plain": "train",
    "texloom.training.stage": "train",
}
"""The author's module that is called by a module of CALLERS."""
OFFERED = {
    "analyse": "analyse(config, seed, run)",
    "train": "train(config, seed, run, checkpoint)",
    "figures": "figures(runs)",
    "tables": "tables(runs)",
    "animations": "animations(runs)",
}
"""How the engine calls the functions of an experiment."""
CALL = re.compile(r"^(?:[\w.<>]*\.)?(?P<name>\w+)\(\) (takes|missing|got) ")
"""The message of a TypeError for a call that does not fit the signature."""
LONGEST = 200
"""Maximum length of the quoted message of an exception, which may have any length."""
IN_PLACE = {errno.EISDIR: "is a folder", errno.ENOENT: "is missing", errno.ELOOP: "is a link to itself"}


def placed(error: ReportError) -> ReportError:
    """The error; the author's line is added if a call in the author's code raised it and if it names no file itself."""
    frames = author_frames(error)
    where = "" if frames and error.where == "metrics.py" else _of_experiment(error.where)
    if where == "--set" and "--set" not in sys.argv:  # the defaults themselves are invalid
        where = next(filter(None, map(place_of, _own_values(error))), where)
    file = Path(where.partition(":")[0])
    if not frames or "/" in str(file) or (file.exists() and file.suffix):
        return ReportError(where, error.what, error.way_out)
    inner = f": {where}" if where and not file.suffix else ""
    return ReportError(f"{_place(frames[-1])}{inner}", error.what, error.way_out)


def explained(error: BaseException) -> ReportError | None:
    """The message for an exception of the author's code or about the author's files; None if it is the engine's own."""
    if found := _of_metrics(error):
        return found
    if frames := author_frames(error):
        return _of_code(error, frames)
    if isinstance(error, SystemExit):
        return None
    if isinstance(error, SyntaxError) and error.filename and (path := _below(error.filename)):
        return ReportError(f"{path}:{error.lineno}", f"is not Python: {error.msg}: {(error.text or '').strip()}")
    if isinstance(error, SyntaxError):  # raised by ast.parse, which does not know the file
        frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
        paths = [value for frame in frames if isinstance(value := frame.f_locals.get("path"), Path)]
        path = _below(os.fspath(paths[-1])) if paths else None
        return ReportError(f"{path}:{error.lineno or 1}", f"is not Python: {error.msg}", "correct it") if path else None
    if isinstance(error, OSError) and isinstance(error.filename, str | os.PathLike) and error.errno in IN_PLACE:
        path = _below(os.fspath(error.filename))
        if path and path.parts[0] in WRITTEN:
            return ReportError(path, IN_PLACE[error.errno], "put the file there")
    return _of_call(error)


def author_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The frames of the author's own code in the traceback of an exception, outermost first."""
    return [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.endswith(".py") and _below(frame.filename)
    ]


def _below(filename: str) -> Path | None:
    """The path of a file of the author relative to the report's folder; None for the files of others."""
    try:
        path = Path(os.path.abspath(filename)).relative_to(Path.cwd())  # noqa: PTH100 - links stay
    except ValueError:
        return None
    return path if path.parts and path.parts[0] not in NOT_THE_AUTHORS and "site-packages" not in path.parts else None


def _place(frame: traceback.FrameSummary) -> str:
    return f"{_below(frame.filename)}:{frame.lineno}"


def _of_code(error: BaseException, frames: list[traceback.FrameSummary]) -> ReportError:
    """The message for an exception that was raised in the author's code, or in what it called."""
    if isinstance(error, RecursionError):
        frames = list({(frame.filename, frame.lineno): frame for frame in frames[: len(frames) // 2]}.values())
    *outer, inner = frames
    function = "" if inner.name == "<module>" else f"in {inner.name}: "
    lines = [f"{function}{inner.line}"] if inner.line else []
    callers = list(dict.fromkeys(f"called from {_place(frame)} in {frame.name}" for frame in reversed(outer)))
    shown = callers if len(callers) <= 2 else [callers[0], callers[-1]]
    what = ": ".join(filter(None, [subject(error), last_line(error)]))
    return ReportError(_place(inner), what, _lines([*lines, *shown, *_whole(error)]))


def _of_call(error: BaseException) -> ReportError | None:
    """The message for an exception in the engine's call of the author's code, such as one with a wrong signature."""
    called = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    engines = [frame for frame in called if str(frame.f_globals.get("__name__")).startswith("texloom.")]
    if not engines or engines[-1].f_globals["__name__"] not in CALLERS:
        return None
    what = ": ".join(filter(None, [subject(error), last_line(error)]))
    what += "" if str(error) else f" in {called[-1].f_code.co_name}()"
    found = CALL.match(str(error)) if isinstance(error, TypeError) and engines[-1] is called[-1] else None
    if found and (function := _function(found["name"], called[-1])):
        place = place_of(function)
        signature = "it is called without arguments" if place.startswith("theory/") else OFFERED.get(found["name"], "")
        way_out = f"the engine calls {signature}" if signature.endswith(")") else signature
        return ReportError(place, ": ".join(filter(None, [subject(error), str(error)])), way_out)
    place = next(filter(None, map(place_of, _own_values(error))), "")
    return ReportError(place, what, _lines(_whole(error))) if place else None


def _of_metrics(error: BaseException) -> ReportError | None:
    """The message for a declaration in METRICS that stopped the record of a run; None if another error did."""
    called = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    if not any(frame.f_globals.get("__name__") == "texloom.results.writer" for frame in called):
        return None
    module = sys.modules.get(".".join(["experiments", *sys.argv[2:3], "metrics"]))
    declared = getattr(module, "METRICS", None)
    path = place_of(module) if module else ""
    example = '"loss": Metric("", "mean loss over the test data")'
    if not path or not isinstance(declared, dict):
        what = f"METRICS is a {type(declared).__name__}, not a dictionary"
        return ReportError(path, what, example) if path else None
    for name, metric in declared.items():
        valid = (
            isinstance(name, str) and isinstance(metric, tuple) and [type(each) for each in metric] == [str, str, bool]
        )
        fault = "is not declared as a unit and a meaning" if not valid else _fault_of_meaning(metric[1], error)
        if fault:
            quoted = repr(str(name)).replace("'", '"')
            lines = Path(path).read_text(encoding="utf-8").splitlines()
            at = [n for n, line in enumerate(lines, start=1) if quoted in line or f"{name!r}:" in line]
            return ReportError(f"{path}:{at[0]}" if at else path, f"METRICS: {name!r:.60} {fault}", example)
    return None


def _fault_of_meaning(meaning: str, error: BaseException) -> str:
    """What is wrong with the placeholders of a meaning, if they stopped the record of a metric."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(meaning) if name is not None]
    except ValueError as wrong:
        return f"has a meaning with a single brace ({wrong})"
    given = error.args[0] if isinstance(error, KeyError | IndexError) and error.args else None
    if names and isinstance(error, KeyError | IndexError) and (given in names or isinstance(error, IndexError)):
        return f"has a placeholder {{{names[0]}}} that run.metric(…) does not fill"
    return ""


def _own_values(error: BaseException) -> Iterator[object]:
    """The values in the innermost frames of the engine that may be the author's: modules, classes, functions."""
    for frame in reversed([frame for frame, _ in traceback.walk_tb(error.__traceback__)]):
        name = str(frame.f_globals.get("__name__"))
        if name in STAGE_OF:
            yield sys.modules.get(f"experiments.{frame.f_locals.get('experiment')}.{STAGE_OF[name]}")
        if name in CALLERS:
            yield from frame.f_locals.values()


def _function(name: str, frame: FrameType) -> FunctionType | None:
    """The author's function of this name that a frame of the engine called."""
    beside = [value for value in frame.f_locals.values() if isinstance(value, ModuleType)]
    words = sys.argv[2:3]
    loaded = [module for key, module in list(sys.modules.items()) if key.startswith(("experiments.", "theory."))]
    own = [module for module in loaded if words and f".{words[0]}." in f"{module.__name__}."]
    for module in (*beside, *own, *loaded):
        value = getattr(module, name, None)
        if inspect.isfunction(value) and place_of(value):
            return value
    return None


def place_of(value: object) -> str:
    """file:line of a function or class of the author, or of the class of an object; the file of a module; or ''."""
    if isinstance(value, ModuleType):
        path = _below(value.__file__) if value.__file__ else None
        return str(path or "")
    if inspect.isfunction(value):
        code = inspect.unwrap(value).__code__
        path = _below(code.co_filename)
        return f"{path}:{_definition(code.co_filename, code.co_firstlineno)}" if path else ""
    kind = value if isinstance(value, type) else type(value)
    with suppress(OSError, TypeError):
        path = _below(inspect.getsourcefile(kind) or "")
        if path and path.suffix:
            return f"{path}:{inspect.getsourcelines(kind)[1]}"
    return ""


def _definition(filename: str, line: int) -> int:
    """The line of `def`, after the decorators at `line`."""
    with suppress(OSError, UnicodeDecodeError):
        lines = Path(filename).read_text(encoding="utf-8").splitlines()
        for number in range(line, min(line + 20, len(lines)) + 1):
            if lines[number - 1].lstrip().startswith(("def ", "async def ")):
                return number
    return line


def subject(error: BaseException) -> str:
    """The check, run or figures that the exception stopped."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        check = frame.f_locals.get("check") if frame.f_globals.get("__name__") == "texloom.document.checks" else None
        if label := getattr(check, "label", None):
            return f"the check of '{label}'"
        if frame.f_code.co_name == "theory_figures" and "module" in frame.f_locals:
            return f"figures of {frame.f_locals['name']}"
    stage, *words = sys.argv[1:] or [""]
    if not words or words[0].startswith("-"):
        return ""
    if stage in ("train", "analyse"):
        seed = words[words.index("--seed") + 1] if "--seed" in words[:-1] else "0"
        return f"{stage} {words[0]}, seed {seed}"
    return f"figures of {words[0]}" if stage == "figures" else ""


def last_line(error: BaseException) -> str:
    """The kind of an exception and its message, in one line."""
    name = type(error).__name__
    text = " ".join(str(error).split())
    if isinstance(error, SystemExit):
        return f"ends the program ({name}{f': {text}' if text else ''})"
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    return f"{name}: {text}" if text else name


def _whole(error: BaseException) -> list[str]:
    """Write the whole traceback to a file; return a line that names the file, or no line if it cannot be written."""
    stage = sys.argv[1:3] + [f"seed-{after}" for option, after in pairwise(sys.argv) if option == "--seed"]
    words = [word for word in stage if not word.startswith("-")]
    name = re.sub(r"[^a-z0-9_-]+", "-", "-".join(words).lower())[:80]
    path = TRACEBACKS / f"{name or 'command'}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
    except OSError:
        return []
    return [f"the whole traceback: {path}"]


def _lines(lines: list[str]) -> str:
    return "\n  ".join(lines)


def _of_experiment(where: str) -> str:
    """The path of metrics.py in the experiment's folder, for errors of a run that name only the file; else `where`."""
    path = Path("experiments", *sys.argv[2:3], where)
    return str(path) if where == "metrics.py" and path.exists() else where
