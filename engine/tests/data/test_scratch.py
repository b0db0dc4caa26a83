"""The temporary folder of a fetch, which the next build removes unless a fetch is running."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from texloom.commands.clean import remove_unfinished, tidy_up
from texloom.data.declared import fetch
from texloom.data.scratch import fetching_lock, scratch
from texloom.results.places import BuildFolder
from texloom.results.written import Written

LEFT = Path("data/.rain.fetching/folder/left")


def test_python_s_temporary_files_lie_in_it(project: Path) -> None:
    with scratch("rain") as folder, tempfile.TemporaryDirectory() as inside:
        assert Path(inside).parent == folder.absolute()
    assert not folder.exists()
    with tempfile.TemporaryDirectory() as inside:
        assert Path(inside).parent != folder.absolute()


def test_a_module_of_the_report_fetches_in_it(
    project: Path, declare: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(rain='module = "experiments.rain"')
    (project / "experiments" / "rain.py").touch()
    made = []
    module = SimpleNamespace(fetch=lambda user_folder: made.append(Path(tempfile.mkdtemp())))
    monkeypatch.setitem(sys.modules, "experiments.rain", module)
    fetch("rain")
    assert made[0].parent == Path("data/.rain.fetching").absolute()
    assert not Path("data/.rain.fetching").exists()


@pytest.mark.parametrize(
    "remove", [lambda: remove_unfinished(Written(BuildFolder(Path("build")), {})), lambda: tidy_up(Path("build"))]
)
def test_what_a_killed_fetch_has_left_is_removed_by_the_next_build(
    project: Path, declare: Callable[..., None], remove: Callable[[], None]
) -> None:
    """The files of a running fetch stay, and so does a folder that only has such a name."""
    declare(rain='url = "https://example.org/rain.csv"\nsha256 = "00"')
    mine = Path("data/.mine.fetching/left")
    for path in (LEFT, mine):
        path.parent.mkdir(parents=True)
        path.touch()
    with fetching_lock("rain"):
        remove()
        assert LEFT.exists()
    remove()
    assert not Path("data/.rain.fetching").exists()
    assert mine.exists()
