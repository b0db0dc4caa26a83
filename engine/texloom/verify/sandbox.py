"""Run a stranger's code in a folder: by bubblewrap, if it works here, without network and without the user's home."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

HIDDEN = ("/home", "/root", "/tmp", "/var/tmp", "/run", "/media", "/mnt")
"""Folders that are empty inside, like the user's home: homes, temporary files, sockets."""
VARIABLES = ("PATH", "LANG", "LC_ALL", "TERM")
"""Environment variables that are kept; others may hold passwords and tokens."""


def environment(variables: Mapping[str, str], home: Path) -> dict[str, str]:
    """The environment of a stranger's code; home: an empty folder."""
    kept = {name: value for name, value in variables.items() if name in VARIABLES}
    return kept | {"HOME": str(home), "TMPDIR": str(home)}


def isolated(
    command: Sequence[str], folder: Path, within: Path | None = None, readable: Mapping[Path, Path] | None = None
) -> list[str]:
    """The command in bubblewrap: it reads the system, and can write into the folder only.

    within: where it runs, by default in the folder. readable: other folders that it may read, by the paths at which it
    finds them.
    """
    wrapped = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    wrapped += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    for hidden in dict.fromkeys([*map(Path, HIDDEN), Path.home()]):
        wrapped += ["--tmpfs", str(hidden)] if hidden.is_dir() and not hidden.is_symlink() else []
    for path in dict.fromkeys(Path(name).resolve() for name in (sys.base_prefix, sys.prefix)):  # may lie in a home
        wrapped += ["--ro-bind", str(path), str(path)]
    wrapped += ["--bind", str(folder), str(folder)]
    for place, path in (readable or {}).items():
        wrapped += ["--ro-bind", str(path), str(place)]
    return [*wrapped, "--chdir", str(within or folder), "--", *command]


def works(folder: Path) -> bool:
    """Whether bubblewrap is installed, and the system lets it isolate a command."""
    if not shutil.which("bwrap"):
        return False
    return not subprocess.run(isolated(["true"], folder), capture_output=True).returncode
