"""Two builds from scratch in different environments give the same file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Checkout

pytestmark = pytest.mark.slow

SURROUNDINGS = {
    "here": ("022", {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}),
    "a folder elsewhere": ("077", {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "2"}),
}
"""Name of the folder, umask, environment."""


def test_two_clones_built_from_nothing_give_the_same_bytes(checkout: Checkout, tmp_path: Path) -> None:
    author = {f"GIT_{role}_{key}": "test@localhost" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    checkout.make("new", f"REPORT={tmp_path / 'original'}", "NAME=parabola", **author)
    made: dict[str, dict[str, bytes]] = {}
    for name, (umask, environment) in SURROUNDINGS.items():
        clone = Checkout(tmp_path / name)
        subprocess.run(["git", "clone", "--quiet", tmp_path / "original", clone.folder], check=True)
        finished = clone.run("sh", "-c", f"umask {umask}; make", **environment)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        build = clone.folder / "build"
        made[name] = {
            path.relative_to(build).as_posix(): path.read_bytes()
            for path in (build / "report.pdf", *build.glob("runs/*/*/metrics.json"), *build.glob("figures/*/*.pdf"))
        }
    first, second = made.values()
    assert len(first) > 3
    assert [name for name in first if first[name] != second[name]] == []
    assert first.keys() == second.keys()
