"""Run a stranger's code in a folder, without network and the user's home if bubblewrap works here."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

HIDDEN = ("/home", "/root", "/tmp", "/var/tmp", "/run", "/media", "/mnt")
"""Folders that appear empty in the sandbox, as does the user's home: homes, temporary files, sockets."""
VARIABLES = ("PATH", "LANG", "LC_ALL", "TERM")
"""Environment variables to keep; others may hold passwords and tokens."""


def environment(variables: Mapping[str, str], home: Path) -> dict[str, str]:
    """The environment of a stranger's code; home: an empty folder."""
    kept = {name: value for name, value in variables.items() if name in VARIABLES}
    return kept | {"HOME": str(home), "TMPDIR": str(home)}


def isolated(
    command: Sequence[str], folder: Path, within: Path | None = None, readable: Mapping[Path, Path] | None = None
) -> list[str]:
    """The command wrapped in bubblewrap: it can read the system, and write only into the folder.

    within: its working directory, by default the folder. readable: other folders that it may read, by the paths at
    which it sees them.
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
