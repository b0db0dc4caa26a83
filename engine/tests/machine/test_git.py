"""Git is run for the folder of the report, whatever the caller's environment and settings are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from texloom.machine.git import LOCAL, MISSING, git
from texloom.staleness.identity import git_state


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit; it is the current folder."""
    folder = tmp_path / "report"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A Test")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "test@example.org")
    Path("text").touch()
    for command in (("init", "--quiet"), ("add", "text"), ("commit", "--quiet", "--message", "A text")):
        assert git(*command).returncode == 0
    return folder


def test_a_repository_that_the_environment_names_is_not_asked(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = git("rev-parse", "HEAD").stdout.strip()
    git("init", "--quiet", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert git_state() == (commit, False)


def test_the_list_of_variables_is_git_s_own() -> None:
    said = subprocess.run(["git", "rev-parse", "--local-env-vars"], capture_output=True, text=True).stdout.split()
    settings = {"GIT_CONFIG", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"}
    assert set(said) <= {*LOCAL, *settings, "GIT_INTERNAL_SUPER_PREFIX"}


def test_settings_of_the_environment_count(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container, for example, sets them to trust a folder of another user."""
    for name, value in (("COUNT", "1"), ("KEY_0", "safe.directory"), ("VALUE_0", "*")):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    assert git("config", "safe.directory").stdout == "*\n"


def test_a_name_that_is_not_utf8_is_a_change(repository: Path) -> None:
    assert not git_state()[1]
    Path(os.fsdecode(b"caf\xe9.txt")).touch()
    assert git_state()[1]


def test_what_a_user_ignores_everywhere_counts_and_what_editors_leave_does_not(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("../ignored").write_text("notes*\n", encoding="utf-8")
    Path("../config").write_text(f"[core]\nexcludesFile = {Path('../ignored').resolve()}\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(Path("../config").resolve()))
    Path(".DS_Store").touch()
    assert not git_state()[1]
    Path("notes.txt").touch()
    assert git_state()[1]


def test_without_git_nothing_is_known(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert git("status").returncode == MISSING
    assert git_state() == ("unknown", True)
