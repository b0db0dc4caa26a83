"""Every kind of input, changed in a small report: exactly its dependents would be rebuilt."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from texloom.scaffold.experiment import FILES, filled, new_experiment, write

MUTATIONS = Path(__file__).with_name("mutations.py")
SEED = 22
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415478da63f8ffff3f0005fe02fea735811d0000000049454e44ae426082"
)
OWN = {
    "own/table.csv": "0.1\n",
    "own/parts/one.csv": "0.1\n",
    "own/rain.csv": "0.1\n",
    "own/logs/deep/one.log": "0.1\n",
    "own/linked/target.csv": "0.1\n",
    "own/parts/notes.txt": "of nobody\n",
    "own/colours.json": "0.5\n",
    "own/constants.txt": "0.1\n",
    "own/declared.txt": "0.1\n",
    "tools/calculation.py": "def value():\n    return 1.0\n",
    "loose/part.py": "VALUE = 1.0\n",
    "experiments/quoted.py": "def quoted():\n    return 1.0\n",
    "experiments/unused.py": "",
    "theory/second_answer.tex": "\\begin{problem}Why?\\end{problem}\n\\input{parts/inner}\n"
    "\\includegraphics[width=1mm]{figs/picture}\n\\includegraphics[width=1mm]{theory/picture.png}\n"
    "\\includegraphics[width=1mm]{templates/sections/picture.png}\n",
    "parts/inner.tex": "Because.\n",
    "mine.sty": "\\ProvidesPackage{mine}\n",
    "templates/shared.tex.j2": "What is shared.\n",
}
READING = """
def _read() -> None:
    import importlib
    import subprocess
    from contextlib import suppress
    from pathlib import Path

    from texloom.data.paths import data_path
    from texloom.results.inputs import reads

    np.loadtxt("own/table.csv")
    np.loadtxt("own/linked.csv")
    np.loadtxt(data_path("rain"))
    for path in data_path("logs").rglob("*.log"):
        np.loadtxt(path)
    for path in sorted(Path("own/parts").glob("*.csv")):
        path.read_text(encoding="utf-8")
    with suppress(FileNotFoundError):
        Path("own/extra.csv").read_text(encoding="utf-8")
    reads("own/declared.txt")
    subprocess.run(["cat", "own/declared.txt"], capture_output=True, check=True)
    importlib.import_module("tools.calculation").value()
    importlib.import_module("loose.part")
"""
EDITS = {
    "experiments/spring/__init__.py": [("DATA = ()", 'DATA = ("rain", "logs")')],
    "experiments/spring/analysis.py": [
        ("    series = draw_series(config, seed)\n", "    _read()\n    series = draw_series(config, seed)\n")
    ],
    "experiments/spring/figures.py": [
        ('    return {"stiffness"', '    open("own/colours.json").close()\n    return {"stiffness"'),
        (
            "\n\ndef ",
            '\n\ndef refuse(colour):\n    """What is refused."""\n'
            '    raise ValueError(f"{colour}: no such colour")\n\n\ndef ',
        ),
    ],
    "theory/first_answer.py": [
        ('    """The left side is', '    open("own/constants.txt").close()\n    """The left side is')
    ],
    "templates/preamble.tex": [("\\usepackage", "\\usepackage{mine}\n\\usepackage")],
    "templates/sections/spring.tex.j2": [
        ("\\paragraph{Result.}", '\\BLOCK{include "shared.tex.j2"}\n\\paragraph{Result.}'),
        (
            "\\paragraph{Estimates.}",
            '\\BLOCK{call listing("experiments.quoted", "quoted")}\nA listing\n\\BLOCK{endcall}\n'
            "\\paragraph{Estimates.}",
        ),
    ],
    "report.toml": [
        (
            'theory = "first_answer"\n',
            'theory = "first_answer"\n\n[[sections.parts]]\ntitle = "Second"\ntheory = "second_answer"\n',
        ),
        ("seeds = [0, 1, 2]", "seeds = [0]"),
        (
            "[profiles.report]",
            '[data.rain]\nfile = "own/rain.csv"\n\n[data.logs]\nfolder = "own/logs"\n\n[profiles.report]',
        ),
    ],
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small report that reads files in every way; its draft is built."""
    folder = tmp_path_factory.mktemp("small") / "report"
    write(filled(FILES / "report", "spring"), folder)
    new_experiment("spring", "analysis", folder)
    for name, text in OWN.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "figs").mkdir()
    for place in ("figs", "theory", "templates/sections"):
        (folder / place / "picture.png").write_bytes(PICTURE)
    (folder / "own/linked.csv").symlink_to("linked/target.csv")
    (folder / "requirements.lock").touch()
    for name, replacements in EDITS.items():
        text = (folder / name).read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text, (name, old)
            text = text.replace(old, new, 1)
        (folder / name).write_text(text, encoding="utf-8")
    analysis = folder / "experiments/spring/analysis.py"
    analysis.write_text(analysis.read_text(encoding="utf-8") + READING, encoding="utf-8")
    engine = Path(__file__).parents[2] / "texloom"
    shutil.copytree(engine, folder / "engine" / "texloom", ignore=shutil.ignore_patterns("__pycache__", "files"))
    for command in (("init",), ("add", "--all"), ("commit", "--message", "A report")):
        git = ["git", "-c", "user.name=A", "-c", "user.email=a@localhost", *command]
        subprocess.run(git, cwd=folder, check=True, capture_output=True)
    (folder / ".venv").symlink_to(sys.prefix)  # it uses the engine in the folder that contains it
    said = call(folder, "-m", "texloom", "build", "report", "--profile", "smoke")
    assert "build/smoke/report.pdf is ready" in said
    assert "not recorded" not in said
    return folder


def call(folder: Path, *command: str, **variables: str) -> str:
    python, environment = folder / ".venv/bin/python", os.environ | variables
    finished = subprocess.run([python, *command], cwd=folder, env=environment, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_all_that_the_system_sees_an_analysis_open_is_recorded(report: Path, tmp_path: Path) -> None:
    log, build = tmp_path / "opened", tmp_path / "build"
    stage = ["-m", "experiments", "analyse", "spring", "--smoke", "--build", str(build)]
    command = ["strace", "-f", "-e", "trace=openat,open", "-o", str(log), str(report / ".venv/bin/python"), *stage]
    subprocess.run(command, cwd=report, check=True)
    opened = re.findall(r'open(?:at)?\([^"]*"([^"]+)", O_RDONLY(?:\|O_CLOEXEC)?\)', log.read_text(encoding="utf-8"))
    below = {
        os.path.relpath(report / name, report) for name in opened if not name.startswith("/") or str(report) in name
    }
    files = {name for name in below if name.partition("/")[0] == "own" and (report / name).is_file()}
    record = json.loads((build / "runs/spring/seed-0/run.json").read_text(encoding="utf-8"))
    read = {"table.csv", "parts/one.csv", "declared.txt", "linked.csv", "rain.csv", "logs/deep/one.log"}
    assert files == {f"own/{name}" for name in read}
    assert files | {"own/extra.csv"} == record["reads"]["files"].keys()


def wrong(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes whose plan was not as expected, that were not undone, or that the quick check did not notice."""
    return [
        each
        for each in found
        if each["planned"] != each["expected"] or each["back"] or (each["expected"] and not each["seen at once"])
    ]


def test_changes_make_again_what_is_made_from_them_and_nothing_else(report: Path) -> None:
    found = json.loads(call(report, str(MUTATIONS), str(SEED), "24"))
    assert len(found) == 24
    assert wrong(found) == []


def contents(folder: Path) -> dict[str, bytes]:
    """All files by name, except caches and git's own."""
    spares = {"__pycache__", ".git", "digests.json"}
    files = (path for path in folder.rglob("*") if path.is_file() and not spares & {*path.parts})
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def damaged(report: Path, tmp_path: Path) -> Path:
    """A copy of the report with results that were edited, removed, or left incomplete by killed commands."""
    copy = tmp_path / "report"
    shutil.copytree(report, copy, symlinks=True)
    build = copy / "build/smoke"
    (build / "figures/spring/stiffness.pdf").write_bytes(b"edited")
    (build / "checks.json").unlink()
    (build / "report.pdf").unlink()
    (build / "tex/made-from.json").unlink()
    (build / "checks.json.partial").write_text("half")
    (build / "runs/spring/seed-0").rename(build / "runs/spring/seed-0.replaced")
    return copy


def test_why_tells_what_make_would_do_and_only_looks(damaged: Path, tmp_path: Path) -> None:
    before = contents(damaged)
    (tmp_path / "numpy.py").write_text("raise RuntimeError('of the shell')")
    shell = {"PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1", "PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error"}
    said = call(damaged, "-m", "texloom", "why", "--profile", "smoke", **shell).splitlines()
    assert said == [
        "check: not made yet",
        "draw spring: build/smoke/figures/spring/stiffness.pdf changed",
        "document: not finished; its inputs are rebuilt",
    ]
    assert contents(damaged) == before


@pytest.mark.slow
def test_make_does_what_why_tells_and_nothing_else(damaged: Path) -> None:
    build = damaged / "build/smoke"
    record = (build / "runs/spring/seed-0.replaced/run.json").read_bytes()
    theory = build / "figures/theory/index.json"
    before = theory.stat().st_mtime_ns
    assert "build/smoke/report.pdf is ready" in call(damaged, "-m", "texloom", "build", "report", "--profile", "smoke")
    made = ("figures/spring/stiffness.pdf", "checks.json", "tex/made-from.json")
    assert all((build / name).stat().st_mtime_ns > before for name in made)
    assert (build / "runs/spring/seed-0/run.json").read_bytes() == record
    assert theory.stat().st_mtime_ns == before
    assert not (build / "checks.json.partial").exists()
    assert call(damaged, "-m", "texloom", "why", "--profile", "smoke") == "nothing to do: everything is up to date\n"


@pytest.mark.slow
def test_three_hundred_changes_of_every_kind(report: Path) -> None:
    found = json.loads(call(report, str(MUTATIONS), str(SEED + 1), "300"))
    assert len({each["name"] for each in found}) > 60
    assert wrong(found) == []
