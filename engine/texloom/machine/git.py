"""Git, asked about the folder that a command runs in, and about nothing that the caller's environment points at."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

LOCAL = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
"""What git sets for its hooks, where it names their repository (`git rev-parse --local-env-vars`); settings stay."""
MISSING = 127
"""The exit code where there is no git, as a shell has it."""


def git(*command: str, folder: Path | None = None, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """A command of git's, with its exit code and what it printed.

    folder: where it runs, by default the current one. given: its standard input.
    """
    environment = {name: value for name, value in os.environ.items() if name not in LOCAL}
    try:
        return subprocess.run(
            ["git", *command],
            cwd=folder,
            env=environment,
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",  # of names that are not UTF-8
        )
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, MISSING, "", "git is not installed")
