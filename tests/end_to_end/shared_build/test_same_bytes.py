"""The smoke report, built a second time from scratch in a different environment, is the same file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Checkout

pytestmark = pytest.mark.slow


def test_a_clone_built_from_nothing_gives_the_same_bytes(checkout: Checkout, first_pdf: bytes, tmp_path: Path) -> None:
    clone = Checkout(tmp_path / "a folder elsewhere")
    subprocess.run(["git", "clone", "--quiet", checkout.folder, clone.folder], check=True)
    for name in (".venv", "data"):
        (clone.folder / name).symlink_to(checkout.folder / name)
    surroundings = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "2"}
    finished = clone.run("sh", "-c", "umask 077; make PROFILE=smoke", **surroundings)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert clone.pdf.read_bytes() == first_pdf
