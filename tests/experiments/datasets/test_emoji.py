"""The emojis' sources, with generated images: stored data are correct, errors are reported with path and count."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pooch
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from experiments.datasets import emoji
from texloom.data.sums import SUMS
from texloom.errors import ReportError

COUNT = 5


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def files() -> dict[str, bytes]:
    """Five random RGBA images."""
    rng = np.random.default_rng(0)
    return {f"1f60{n}.png": png(rng.integers(0, 256, (32, 32, 4), np.uint8)) for n in range(COUNT)}


@given(st.tuples(*[st.integers(0, 255)] * 4))
def test_over_white_by_the_formula(colour: tuple[int, int, int, int]) -> None:
    *rgb, alpha = colour
    drawn = emoji.on_white(Image.new("RGBA", (1, 1), colour))[0, 0]
    exact = [(alpha * value + (255 - alpha) * 255) / 255 for value in rgb]
    np.testing.assert_allclose(drawn, exact, atol=0.5 + 1e-9)


def test_a_colour_hidden_under_transparent_pixels_stays_hidden() -> None:
    assert (emoji.on_white(Image.new("RGBA", (2, 2), (200, 10, 10, 0))) == 255).all()
    assert (np.asarray(Image.new("RGBA", (2, 2), (200, 10, 10, 0)).convert("RGB")) != 255).all()


def test_other_modes_are_read_too() -> None:
    for mode in ("L", "P", "LA", "RGB", "1"):
        assert emoji.on_white(Image.new(mode, (32, 32))).shape == (32, 32, 3)


def test_a_folder_is_taken_whole_and_left_alone(user: Path, tmp_path: Path, files: dict[str, bytes]) -> None:
    before, said = {path.name: path.stat().st_mtime_ns for path in user.iterdir()}, []
    emoji.fetch(tmp_path / "data", user_folder=user, report=said.append)
    assert {path.name: path.stat().st_mtime_ns for path in user.iterdir()} == before
    kept = emoji.load(tmp_path / "data")
    assert kept.names == sorted(files)
    expected = [emoji.on_white(Image.open(io.BytesIO(files[name]))) for name in sorted(files)]
    np.testing.assert_array_equal(kept.images, expected)
    assert kept.images.dtype == np.uint8
    assert said == [f"data: 5 emojis from {user}; 0 are copies of another (0 groups)"]


def zipped(user: Path) -> Path:
    path = user.parent / "joypixels.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(user.iterdir()):
            archive.write(file, f"joypixels-7.0-free/png/unicode/32/{file.name}")
            archive.writestr(f"joypixels-7.0-free/png/unicode/64/{file.name}", png(np.zeros((64, 64, 4), np.uint8)))
    return path


def moved_below(user: Path) -> Path:
    target = user.parent / "pack" / "png" / "unicode" / "32"
    target.parent.mkdir(parents=True)
    user.rename(target)
    return user.parent / "pack"


@pytest.mark.parametrize("arrange", [zipped, moved_below])
def test_the_zip_and_the_folder_around_it_serve_too(
    user: Path, tmp_path: Path, arrange: Callable[[Path], Path]
) -> None:
    emoji.fetch(tmp_path / "one", user_folder=user, report=lambda _: None)
    emoji.fetch(tmp_path / "two", user_folder=arrange(user), report=lambda _: None)
    assert (tmp_path / "one" / SUMS).read_bytes() == (tmp_path / "two" / SUMS).read_bytes()


def empty(user: Path) -> None:
    for path in user.iterdir():
        path.unlink()


def truncate(user: Path) -> None:
    path = user / "1f603.png"
    path.write_bytes(path.read_bytes()[:200])


def replace_by_text(user: Path) -> None:
    (user / "1f603.png").write_text("not found")


def enlarge(user: Path) -> None:
    for name in ("1f602.png", "1f604.png"):
        (user / name).write_bytes(png(np.zeros((64, 48, 4), np.uint8)))


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (empty, "contains no PNG files"),
        (truncate, r"1 of 5 PNG files cannot be read; the first is 1f603.png: .*truncated"),
        (replace_by_text, r"1 of 5 PNG files cannot be read; the first is 1f603.png"),
        (enlarge, r"2 of 5 PNG files are not 32×32; the first is 1f602.png: 48×64"),
        (lambda user: (empty(user), user.rmdir()), "does not exist"),
    ],
)
def test_bad_data_are_told_with_path_and_count_and_not_kept(
    user: Path, tmp_path: Path, damage: Callable[[Path], None], what: str
) -> None:
    damage(user)
    with pytest.raises(ReportError, match=what) as error:
        emoji.fetch(tmp_path / "data", user_folder=user)
    assert error.value.where == str(user)
    assert "EMOJI_DIR" in error.value.way_out
    assert not (tmp_path / "data").exists()


def test_a_truncated_zip_is_told(user: Path, tmp_path: Path) -> None:
    path = zipped(user)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ReportError, match=r"joypixels.zip: is not a complete zip file"):
        emoji.fetch(tmp_path / "data", user_folder=path)


def test_the_npm_package_is_unpacked(tmp_path: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    tarball = tmp_path / "emoji.tgz"
    with tarfile.open(tarball, "w:gz") as archive:
        for folder, content in (("png/32", files), ("png/64", dict.fromkeys(files, b"")), ("", {"README.md": b""})):
            for name, data in content.items():
                member = tarfile.TarInfo(f"package/{folder}/{name}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
    monkeypatch.setattr(pooch, "retrieve", lambda *_, **__: str(tarball))
    emoji.fetch(tmp_path / "data", report=lambda _: None)
    assert emoji.load(tmp_path / "data").names == sorted(files)


def test_sources_that_fail_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> str:
        raise OSError("no connection")

    monkeypatch.setattr(pooch, "retrieve", fails)
    with pytest.raises(ReportError, match=r"the emojis cannot be fetched; nothing was kept\n.*no connection") as error:
        emoji.fetch(tmp_path / "data")
    assert "EMOJI_DIR=/that/place make" in error.value.way_out


def alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "what"), [(alter, r"expected sha256 [0-9a-f]{16}…, found"), (Path.unlink, "the emojis are missing")]
)
def test_kept_files_that_went_bad_are_told_and_fetched_anew(
    user: Path, tmp_path: Path, damage: Callable[[Path], None], what: str
) -> None:
    data = tmp_path / "data"
    emoji.fetch(data, user_folder=user, report=lambda _: None)
    damage(data / emoji.IMAGES)
    with pytest.raises(ReportError, match=what):
        emoji.load(data)
    assert not (data / SUMS).exists()


def test_duplicates_are_groups_of_equal_images() -> None:
    one, two, three = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), np.uint8)
    assert emoji.duplicates(np.stack([one, two, one, three, three, one])) == [[0, 2, 5], [3, 4]]
    assert emoji.duplicates(np.stack([one, two, three])) == []
