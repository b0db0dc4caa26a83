"""A small project, and the recorded reads of a stage that runs in it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from texloom.data.digests import Digests
from texloom.staleness.judge import changed_reads
from texloom.staleness.made_from import MadeFrom, making
from texloom.staleness.recording.hook import recording
from texloom.staleness.recording.reads import Reads
from texloom.staleness.recording.recorder import Recorder

Stage = Callable[[], object]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with data; the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("own").mkdir()
    for name in ("a.csv", "b.csv", "README"):
        Path("own", name).write_text(f"{name}\n")
    return tmp_path


@pytest.fixture
def reads_of() -> Callable[..., Reads]:
    """The recorded reads of a stage; own: the files that it writes."""

    def of(stage: Stage, own: tuple[Path, ...] = ()) -> Reads:
        with recording(Recorder(own)) as recorder:
            stage()
        return recorder.finish()

    return of


@pytest.fixture
def stale() -> Callable[[Reads], list[str]]:
    """The recorded reads that have changed since."""
    return lambda reads: list(changed_reads(reads.to_json(), Digests()))


@pytest.fixture
def made_from() -> Callable[[Stage], MadeFrom]:
    """The recorded inputs of a stage."""

    def of(stage: Stage) -> MadeFrom:
        with making(MadeFrom()) as made:
            stage()
        return made.finish()

    return of


@pytest.fixture
def author(folder: Path) -> Callable[[str], ModuleType]:
    """Write the author's module own/code.py from its source, and import it."""

    def write(source: str) -> ModuleType:
        path = folder / "own" / "code.py"
        path.write_text(source)
        spec = importlib.util.spec_from_file_location("own_code", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return write


@pytest.fixture
def modules() -> Iterator[None]:
    """Unload modules that the test has imported."""
    before = dict(sys.modules)
    yield
    for name in sys.modules.keys() - before.keys():
        del sys.modules[name]
