"""Whether what a stage is about to do to a file will succeed: Python tells of it before it tries."""

from __future__ import annotations

import os
from pathlib import Path


def can_be_opened(name: str, flags: int) -> bool:
    """Whether a file can be opened to write."""
    if os.path.lexists(name) and flags & os.O_CREAT and flags & os.O_EXCL:
        return False
    place = Path(os.path.realpath(name))
    if place.exists():
        return not place.is_dir() and os.access(place, os.W_OK)
    return bool(flags & os.O_CREAT) and place.parent.is_dir() and os.access(place.parent, os.W_OK)


def can_take_the_place(name: str, place: str) -> bool:
    """Whether what has a name can get another one: a folder only that of an empty one, a file that of a file."""
    is_folder, over_folder = (Path(each).is_dir() and not Path(each).is_symlink() for each in (name, place))
    if not os.path.lexists(place):
        return Path(place).parent.is_dir()
    return is_folder == over_folder and not (over_folder and any(Path(place).iterdir()))


def replaces(name: str, flags: int) -> bool:
    """Whether opening a file to write leaves nothing of what another has put there; else it grows at its end."""
    if not os.path.lexists(name):
        return True
    return not flags & os.O_APPEND or bool(flags & os.O_TRUNC) or not Path(name).stat().st_size
