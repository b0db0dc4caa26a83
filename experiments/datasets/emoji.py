"""The JoyPixels 7.0 emojis, 32×32 on a white background, from a folder, a zip file or an npm package.

The licence allows using the images but not redistributing them: they are fetched, never committed. `data/emoji/` holds
one array of all images and the names of their files, sorted by name.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

from texloom.data import sources
from texloom.data.sources import Files, Source
from texloom.data.sums import forget, read_sums
from texloom.errors import ReportError, WayOut

FOLDER = Path("data/emoji")
IMAGES, NAMES = "images.npy", "names.txt"
SIDE = 32
NPM_PACKAGE = "emoji-assets@7.0.1"
NPM_SHA256 = "1defcae73bd827dcf9c245ee96c11973db6580f47609781f54ff611b805401ad"
SUBFOLDERS = ("", "png/unicode/32", "png/32", "unicode/32", "32", "joypixels-7.0-free/png/unicode/32")
"""Where the PNGs may be below a user's folder, in the order in which these places are tried."""


class Emojis(NamedTuple):
    """Images of shape (n, 32, 32, 3), uint8 RGB on white, and their n file names, sorted."""

    images: np.ndarray
    names: list[str]


def on_white(image: Image.Image) -> np.ndarray:
    """An image of any mode on a white background, uint8 of shape (height, width, 3).

    `convert("RGB")` alone would show the hidden colour of transparent pixels.
    """
    pixels = image.convert("RGBA")
    white = Image.new("RGBA", pixels.size, "white")
    return np.asarray(Image.alpha_composite(white, pixels))[..., :3]


def decode(files: Files, origin: object) -> Emojis:
    """The emojis in PNG files, given as name → bytes.

    Raises ReportError, with the origin and the counts, if there are no files, if a file is damaged, or if an image is
    not 32×32.
    """
    if not files:
        raise ReportError(origin, "contains no PNG files", _WAY_OUT)
    decoded, damaged = {}, {}
    for name in sorted(files):
        try:
            decoded[name] = on_white(Image.open(io.BytesIO(files[name])))
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            damaged[name] = _reason(error)
    _refuse(damaged, len(files), "cannot be read", origin)
    wrong = {name: f"{a.shape[1]}×{a.shape[0]}" for name, a in decoded.items() if a.shape != (SIDE, SIDE, 3)}
    _refuse(wrong, len(files), f"are not {SIDE}×{SIDE}", origin)
    return Emojis(np.stack(list(decoded.values())), list(decoded))


def _reason(error: Exception) -> str:
    return "it is not an image" if isinstance(error, UnidentifiedImageError) else str(error).splitlines()[0]


def _refuse(bad: Mapping[str, str], total: int, what: str, origin: object) -> None:
    if bad:
        name, reason = next(iter(bad.items()))
        raise ReportError(origin, f"{len(bad)} of {total} PNG files {what}; the first is {name}: {reason}", _WAY_OUT)


_WAY_OUT = WayOut("EMOJI_DIR must be JoyPixels' zip, its folder png/unicode/32, or a folder above that")


def read_user(path: Path) -> Files:
    """The PNG files of a user's zip file or folder, which is not changed. Raises ReportError if it has none."""
    if not path.exists():
        raise ReportError(path, "does not exist", _WAY_OUT)
    if path.is_file():
        return _read_zip(path)
    for subfolder in SUBFOLDERS:
        found = sorted((path / subfolder).glob("*.png"))
        if found:
            return {file.name: file.read_bytes() for file in found}
    raise ReportError(path, "contains no PNG files", _WAY_OUT)


def _read_zip(path: Path) -> Files:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [name for name in archive.namelist() if _is_small_png(name)]
            return {PurePosixPath(name).name: archive.read(name) for name in members}
    except (zipfile.BadZipFile, OSError) as error:
        raise ReportError(path, f"is not a complete zip file: {error}", _WAY_OUT) from None


def _is_small_png(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix == ".png" and path.parent.name == str(SIDE)


def _read_npm(scratch: Path) -> Files:
    with tarfile.open(sources.npm_package(NPM_PACKAGE, NPM_SHA256, scratch)) as archive:
        members = [member for member in archive if _is_small_png(member.name)]
        return {Path(member.name).name: archive.extractfile(member).read() for member in members}  # type: ignore[union-attr]


SOURCES = (Source(f"npm package {NPM_PACKAGE}", _read_npm),)


def fetch(folder: Path = FOLDER, *, user_folder: Path | None = None, report: Callable[[str], None] = print) -> None:
    """Put the emojis into `folder`, from the user's zip file or folder if given, else from the npm package.

    Raises ReportError, and stores nothing, for a folder without PNGs, for a damaged file or one of another size, and,
    with each source's reason, if all sources fail.
    """
    if user_folder is not None:
        name, files = str(user_folder), read_user(user_folder)
    else:
        way_out = WayOut("put JoyPixels 7.0 free (zip or folder) anywhere and run: EMOJI_DIR=/that/place make")
        source, files = sources.first_that_serves(SOURCES, _check, subject="the emojis", way_out=way_out)
        name = source.name
    emojis = decode(files, name)
    sources.keep(folder, _encode(emojis))
    groups = duplicates(emojis.images)
    copies = sum(len(group) - 1 for group in groups)
    report(f"data: {len(emojis.names)} emojis from {name}; {copies} are copies of another ({len(groups)} groups)")


def _check(files: Files, origin: str) -> None:
    decode(files, origin)


def _encode(emojis: Emojis) -> Files:
    buffer = io.BytesIO()
    np.save(buffer, emojis.images)
    return {IMAGES: buffer.getvalue(), NAMES: "".join(f"{name}\n" for name in emojis.names).encode()}


def load(folder: Path = FOLDER) -> Emojis:
    """The emojis that `fetch` stored, checked against their digests.

    Raises ReportError if a file is missing or altered; its checksums are then removed, so that make fetches it again.
    """
    contents = {name: _checked(folder, name) for name in (IMAGES, NAMES)}
    return Emojis(np.load(io.BytesIO(contents[IMAGES])), contents[NAMES].decode().splitlines())


def _checked(folder: Path, name: str) -> bytes:
    path, digests = folder / name, read_sums(folder)
    if not (path.exists() and digests):
        forget(folder)
        raise ReportError(path, "the emojis are missing", "python -m experiments data emoji")
    content = path.read_bytes()
    found, wanted = hashlib.sha256(content).hexdigest(), digests.get(name, "none")
    if found != wanted:
        forget(folder)
        raise ReportError(path, f"expected sha256 {wanted[:16]}…, found {found[:16]}…", "run make again to fetch it")
    return content


def duplicates(images: np.ndarray) -> list[list[int]]:
    """Groups of two or more equal images as row numbers, ordered by their first member."""
    keys = [image.tobytes() for image in images]
    count = Counter(keys)
    groups: dict[bytes, list[int]] = {}
    for row, key in enumerate(keys):
        if count[key] > 1:
            groups.setdefault(key, []).append(row)
    return list(groups.values())
