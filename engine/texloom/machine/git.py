"""Run git for the folder of a command, ignoring repositories that the caller's environment names."""

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
"""Variables by which git passes the repository to hooks (`git rev-parse --local-env-vars`), without settings."""
MISSING = 127
"""The exit code if git is not installed, as in a shell."""


def git(*command: str, folder: Path | None = None, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a git command; return its exit code and output.

    folder: working folder, by default the current one. given: standard input.
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
            errors="surrogateescape",  # for names that are not UTF-8
        )
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, MISSING, "", "git is not installed")
