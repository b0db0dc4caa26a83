"""Changes of a small report, each with the rules that must run after it; called in the report's folder.

python mutations.py SEED NUMBER     prints of each change its name, how it was written, rules expected and planned
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from texloom.errors import ReportError
from texloom.staleness import closure, judge, made_from, stamps
from texloom.staleness.plan import Plan

PROFILE, EXPERIMENT = "smoke", "spring"
RUN = frozenset({"analyse", "draw", "document"})
DRAWN = frozenset({"draw", "document"})
CHECKED = frozenset({"check", "document"})
THEORY = frozenset({"check", "theory_figures", "document"})
TYPESET = frozenset({"document"})
ALL = RUN | THEORY
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    """An edit of one file."""

    path: str
    edit: Callable[[str], str]
    rules: frozenset[str]


def replaced(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return edit


def added(line: str) -> Callable[[str], str]:
    return lambda text: f"{text.rstrip()}\n{line}\n"


def other(text: str) -> str:
    """Return another text of the same length."""
    return text[:-2] + ("1" if text[-2] != "1" else "2") + text[-1:]


ENGINE = "engine/texloom"
OWN = f"experiments/{EXPERIMENT}"
CHANGES = {
    "a table that the analysis reads": Change("own/table.csv", other, RUN),
    "own data that are declared": Change("own/rain.csv", other, RUN),
    "a file in a folder of declared data": Change("own/logs/deep/one.log", other, RUN),
    "what a link leads to": Change("own/linked/target.csv", other, RUN),
    "a table in a folder that it lists": Change("own/parts/one.csv", other, RUN),
    "a file that the figures read": Change("own/colours.json", replaced("0.5", "0.6"), DRAWN),
    "a file that a check reads": Change("own/constants.txt", other, CHECKED),
    "a file that another program reads": Change("own/declared.txt", other, RUN),
    "a module that is imported by its name": Change("tools/calculation.py", replaced("1.0", "2.0"), RUN),
    "a module of a folder without __init__": Change("loose/part.py", replaced("1.0", "2.0"), RUN),
    "the analysis": Change(f"{OWN}/analysis.py", added("LIMIT = 3"), RUN),
    "a helper that is listed, too": Change(f"{OWN}/estimates.py", added("LIMIT = 3"), RUN),
    "a configuration": Change(f"{OWN}/config.py", replaced("series=500", "series=501"), RUN),
    "a docstring beside imports by name": Change(f"{OWN}/config.py", replaced("Values of the report", "Values"), RUN),
    "the metrics": Change(f"{OWN}/metrics.py", replaced("the same in closed form", "in closed form"), RUN),
    "the figures": Change(f"{OWN}/figures.py", added("LIMIT = 3"), DRAWN),
    "the command of a run": Change("experiments/__main__.py", added("LIMIT = 3"), RUN),
    "a module that a listing quotes": Change("experiments/quoted.py", replaced("1.0", "2.0"), TYPESET),
    "what passes on the metrics": Change(f"{ENGINE}/results/runs.py", added("LIMIT = 3"), DRAWN),
    "what prints a metric": Change(f"{ENGINE}/results/quantity.py", added("LIMIT = 3"), DRAWN),
    "the seed that a run gets": Change(
        f"{ENGINE}/commands/stages.py", replaced("options.name, config, options.seed,", "options.name, config, 7,"), RUN
    ),
    "what writes runs": Change(f"{ENGINE}/results/writer.py", added("LIMIT = 3"), RUN),
    "a check": Change("theory/first_answer.py", added("LIMIT = 3"), THEORY),
    "a fragment": Change("theory/first_answer.tex", added("More."), TYPESET),
    "a text in a folder": Change("parts/inner.tex", added("More."), TYPESET),
    "a picture beside the fragments": Change("theory/picture.png", lambda text: text, TYPESET),
    "a picture beside the sections": Change("templates/sections/picture.png", lambda text: text, TYPESET),
    "a picture": Change("figs/picture.png", lambda text: text, TYPESET),
    "a section": Change(f"templates/sections/{EXPERIMENT}.tex.j2", added("More."), TYPESET),
    "a template that it includes": Change("templates/shared.tex.j2", added("More."), TYPESET),
    "the preamble": Change("templates/preamble.tex", added("% more"), TYPESET),
    "a package in the root": Change("mine.sty", added("% more"), TYPESET),
    "the bibliography": Change("theory/references.bib", added("% more"), TYPESET),
    "the title": Change("report.toml", replaced("My report", "Our report"), TYPESET),
    "the watermark": Change("report.toml", replaced("DRAFT", "SKETCH"), TYPESET),
    "two parts swapped": Change("report.toml", lambda text: swapped(text), TYPESET),
    "another seed": Change("report.toml", replaced("seeds = [0]", "seeds = [0, 1]"), RUN),
    "another folder of results": Change("report.toml", replaced('"build/smoke"', '"build/other"'), ALL),
    # changes that rebuild nothing
    "a comment in the analysis": Change(f"{OWN}/analysis.py", added("# more"), NOTHING),
    "the layout of the analysis": Change(
        f"{OWN}/analysis.py", replaced("fitted, joined =", "fitted, \\\n        joined ="), NOTHING
    ),
    "line endings of the analysis": Change(f"{OWN}/analysis.py", lambda text: text.replace("\n", "\r\n"), NOTHING),
    "a docstring in the figures": Change(f"{OWN}/figures.py", replaced("What is refused", "The refused"), NOTHING),
    "a reworded error of the figures": Change(f"{OWN}/figures.py", replaced("no such colour", "no colour"), NOTHING),
    "a comment in a check": Change("theory/first_answer.py", added("# more"), NOTHING),
    "a comment in the manifest": Change("report.toml", added("# more"), NOTHING),
    "a reworded error": Change(f"{ENGINE}/errors.py", replaced("there are none", "there is nothing"), NOTHING),
    "the help of a command": Change(
        f"{ENGINE}/commands/stages.py", replaced('"experiment without training"', '"an analysis"'), NOTHING
    ),
    "the README": Change("README.md", added("More."), NOTHING),
    "a file beside the tables": Change("own/parts/notes.txt", added("more"), NOTHING),
    "a module that nothing imports": Change("experiments/unused.py", added("LIMIT = 3"), NOTHING),
    "a test": Change("tests/conftest.py", added("LIMIT = 3"), NOTHING),
}
NEW = {
    "own/parts/two.csv": RUN,  # listed by the analysis
    "own/extra.csv": RUN,  # looked for in vain
    "own/logs/two.log": RUN,
    "article.cls": TYPESET,  # before TeX's own
    "unsrtnat.bst": TYPESET,
    "local.cfg": TYPESET,
    "figs/picture.pdf": TYPESET,  # before picture.png
    "latexmkrc": TYPESET,
    "build/smoke/tex/size11.clo": TYPESET,  # in the folder of results, also before TeX's own
    "figs/unused.png": NOTHING,
    "notes.md": NOTHING,
    "theory/unused.tex": NOTHING,
    "theory/data.csv": NOTHING,
    "experiments/later.py": NOTHING,
}
"""New files, and the rules that must then run."""


def swapped(text: str) -> str:
    """The manifest with its first two parts swapped."""
    head, first, second, *rest = text.split("[[sections.parts]]\n")
    first, comments, tail = first.partition("\n\n# Data")
    second, blank, end = second.partition("\n\n")
    return "[[sections.parts]]\n".join([head, second + "\n\n", f"{first}{comments}{tail}{blank}{end}", *rest])


def write_plainly(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def write_older(path: Path, content: bytes) -> None:
    """Write a file with an older time, as cp -p, rsync and tar do."""
    path.write_bytes(content)
    os.utime(path, ns=(10**18, 10**18))


def write_at_the_same_time(path: Path, content: bytes) -> None:
    before = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def write_in_its_place(path: Path, content: bytes) -> None:
    """Write another file and rename it to the first one, as editors do."""
    partial = path.with_name(f"{path.name}~")
    partial.write_bytes(content)
    partial.replace(path)


WRITING = (write_plainly, write_older, write_at_the_same_time, write_in_its_place)


def planned() -> list[str]:
    """The rules that a build would run now, determined in a new process."""
    closure.import_graph.cache_clear()
    plan = Plan.load(PROFILE)
    try:
        return sorted({job.rule for job in plan.jobs("report", list(plan.manifest.experiments)).values()})
    finally:
        plan.digests.keep()


@contextmanager
def changed(change: Change, how: Callable[[Path, bytes], None]) -> Iterator[None]:
    """Edit a file, and restore it by another file with other times."""
    path = Path(change.path)
    before = path.read_bytes()
    after = before[:-1] + b"\0" if path.suffix == ".png" else change.edit(before.decode()).encode()
    assert after != before, change.path
    how(path, after)
    try:
        yield
    finally:
        write_in_its_place(path, before)


@contextmanager
def variable(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name) if before is None else os.environ.update({name: before})


@contextmanager
def version(library: str) -> Iterator[None]:
    """Pretend that another version of a library is installed."""
    before = made_from.version

    def changed_version(name: str) -> str | None:
        return "0.0.1" if name == library else before(name)

    made_from.version = judge.version = changed_version  # type: ignore[assignment]
    try:
        yield
    finally:
        made_from.version = judge.version = before


@contextmanager
def file(name: str) -> Iterator[None]:
    Path(name).write_text("", encoding="utf-8")
    try:
        yield
    finally:
        Path(name).unlink()


@contextmanager
def done(*steps: Callable[[], object]) -> Iterator[None]:
    for step in steps:
        step()
    yield


def git(*command: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@localhost", *command], check=True, capture_output=True
    )


def branch_there_and_back() -> None:
    git("checkout", "-b", "other")
    Path("own/table.csv").write_text("9\n", encoding="utf-8")
    git("commit", "-am", "other data")
    git("checkout", "-")
    git("branch", "-D", "other")


def touch_all() -> None:
    for path in Path().rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            path.touch()


def copy_all() -> None:
    """Replace every file by a copy, as in a clone that was moved by copying."""
    for path in [*Path().rglob("*")]:
        if path.is_file() and not path.is_symlink() and not {".git", ".snakemake"} & set(path.parts):
            copy = path.with_name(f"{path.name}~")
            shutil.copy(path, copy)
            copy.replace(path)


@contextmanager
def removed(name: str) -> Iterator[None]:
    """Remove a file, and restore it as another file."""
    content = Path(name).read_bytes()
    Path(name).unlink()
    try:
        yield
    finally:
        Path(name).write_bytes(content)


@contextmanager
def written(name: str, text: str) -> Iterator[None]:
    Path(name).write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        Path(name).unlink()


@contextmanager
def laid_out_otherwise() -> Iterator[None]:
    """Change the layout of all code, like `ruff format` on a report that was never formatted: every line moves."""
    before = {path: path.read_bytes() for folder in SOURCES for path in Path(folder).rglob("*.py")}
    for path, content in before.items():
        path.write_bytes(b"# laid out\n\n\n" + content.replace(b"\n\n\ndef ", b"\n\ndef "))
    try:
        yield
    finally:
        for path, content in before.items():
            path.write_bytes(content)


SOURCES = ("experiments", "theory", "tests", "tools", "loose")


@contextmanager
def exempted(library: str) -> Iterator[None]:
    """Pretend that another version of a library is installed, which report.toml exempts."""
    exempt = Change("report.toml", added(f'[exempt]\n{library} = "no digit of ours depends on it"'), TYPESET)
    with version(library), changed(exempt, write_plainly):
        yield


def away_and_back() -> None:
    """Remove edits by `git stash`, and restore them."""
    before = Path("own/table.csv").read_text(encoding="utf-8")
    Path("own/table.csv").write_text("9\n", encoding="utf-8")
    git("stash")
    git("stash", "pop")
    Path("own/table.csv").write_text(before, encoding="utf-8")


LOOKS = frozenset({"draw", "theory_figures", "document"})
OTHERS = {
    "a variable of XLA, which no stage reads": (lambda: variable("XLA_FLAGS", "--xla_cpu_max_isa=AVX"), NOTHING),
    "a variable of TensorFlow": (lambda: variable("TF_ENABLE_ONEDNN_OPTS", "0"), NOTHING),
    "a variable of Keras": (lambda: variable("KERAS_BACKEND", "jax"), NOTHING),
    "a variable of numexpr": (lambda: variable("NUMEXPR_MAX_THREADS", "3"), NOTHING),
    "a variable of OpenMP": (lambda: variable("OMP_SCHEDULE", "static"), RUN | THEORY),
    "a variable of OpenBLAS": (lambda: variable("OPENBLAS_CORETYPE", "Haswell"), RUN | THEORY),
    "a variable of MKL": (lambda: variable("MKL_CBWR", "COMPATIBLE"), RUN | THEORY),
    "another folder of TeX's": (lambda: variable("TEXINPUTS", "elsewhere:"), TYPESET),
    "another folder of BibTeX's": (lambda: variable("BIBINPUTS", "elsewhere:"), TYPESET),
    "the seed of hashes": (lambda: variable("PYTHONHASHSEED", "3"), NOTHING),
    "the language": (lambda: variable("LANG", "de_DE.UTF-8"), NOTHING),
    "the order of texts": (lambda: variable("LC_ALL", "de_DE.UTF-8"), NOTHING),
    "the time zone": (lambda: variable("TZ", "Asia/Kolkata"), NOTHING),
    "modules of the user's shell": (lambda: variable("PYTHONPATH", "loose"), NOTHING),
    "the clock of builds": (lambda: variable("SOURCE_DATE_EPOCH", "1"), NOTHING),
    "settings of matplotlib elsewhere": (lambda: variable("MATPLOTLIBRC", "elsewhere"), NOTHING),
    "settings of matplotlib in the report's folder": (lambda: written("matplotlibrc", "lines.linewidth: 3\n"), LOOKS),
    "an exempt library": (lambda: exempted("numpy"), TYPESET),
    "a table is gone": (lambda: removed("own/table.csv"), RUN),
    "a file of a listed folder is gone": (lambda: removed("own/parts/one.csv"), RUN),
    "what a check reads is gone": (lambda: removed("own/constants.txt"), CHECKED),
    "what TeX reads is gone": (lambda: removed("parts/inner.tex"), TYPESET),
    "the layout of everything, of which listings print some": (laid_out_otherwise, TYPESET),
    "edits put away and brought back": (lambda: done(away_and_back), NOTHING),
    "numpy": (lambda: version("numpy"), ALL),
    "matplotlib": (lambda: version("matplotlib"), RUN - {"analyse"} | {"theory_figures"}),
    "Jinja2": (lambda: version("Jinja2"), TYPESET),
    "a commit": (lambda: done(lambda: git("commit", "--allow-empty", "-m", "more")), NOTHING),
    "a branch there and back": (lambda: done(branch_there_and_back), NOTHING),
    "touching everything": (lambda: done(touch_all), NOTHING),
    "copying everything": (lambda: done(copy_all), NOTHING),
    "cores of the user's shell": (lambda: variable("OMP_NUM_THREADS", "3"), NOTHING),
    "the user's matplotlib": (lambda: variable("MPLBACKEND", "svg"), NOTHING),
    "another version of a library that nothing uses": (lambda: version("snakemake"), NOTHING),
}


LIBRARIES = ("numpy", "matplotlib", "Jinja2")
"""Libraries whose versions are changed only in what Python reports; no folder of packages is changed."""


def mutations(seed: int, number: int) -> Iterator[tuple[str, str, Callable[[], object], frozenset[str]]]:
    """Yield changes of all kinds in random order, each kind once before any is repeated, written in various ways."""
    kinds = [*(("change", name) for name in CHANGES), *(("new", name) for name in NEW), *(("other", n) for n in OTHERS)]
    chance = random.Random(seed)
    chance.shuffle(kinds)
    while len(kinds) < number:
        kinds.append(chance.choice(kinds))
    for kind, name in kinds[:number]:
        if kind == "change":
            how = chance.choice(WRITING)
            yield name, how.__name__, lambda name=name, how=how: changed(CHANGES[name], how), CHANGES[name].rules
        elif kind == "new":
            yield name, "new", lambda name=name: file(name), NEW[name]
        else:
            make, rules = OTHERS[name]
            yield name, "", make, rules


def main() -> None:
    sys.path.insert(0, str(Path.cwd()))
    found = []
    for name, how, make, rules in mutations(int(sys.argv[1]), int(sys.argv[2])):
        with make():  # type: ignore[attr-defined]
            try:
                rules_now = planned()
            except (ReportError, AssertionError) as error:
                rules_now = [str(error)]
            known = stamps.changed_since_built("report", PROFILE)
            seen = known is None or bool(known.changed)
        result = {"name": name, "how": how, "expected": sorted(rules), "planned": rules_now, "back": planned()}
        found.append(result | {"seen at once": seen or name in LIBRARIES})
    print(json.dumps(found))


if __name__ == "__main__":
    main()
