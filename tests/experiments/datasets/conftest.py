"""Fixtures for the tests of all data sets."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def user(tmp_path: Path, files: dict[str, bytes]) -> Path:
    """A user's folder that contains the test's fixture `files`."""
    folder = tmp_path / "user"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
