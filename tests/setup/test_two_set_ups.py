"""engine/setup/python.sh twice at the same time: the second waits, unless the first was killed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from tests.setup.conftest import ENDLESS, UNTIL, UV, Place

Failure = Callable[..., tuple[str, str]]


def test_a_second_set_up_waits_and_finds_all_done(place: Place, with_uv: Callable[..., None], sleep: None) -> None:
    with_uv(install=f"echo > installing; {UNTIL.format(file='may-end')}")
    lock_with_python(place)
    command = ("/bin/sh", "engine/setup/python.sh")
    with place.started(*command) as first:
        place.wait_for("installing")
        with place.started(*command) as second:
            assert second.stdout
            assert second.stderr
            assert second.stdout.readline() == "setup: waiting for another set-up of this folder\n"
            (place.folder / "may-end").write_text("yes\n")
            assert (second.stdout.read(), second.stderr.read(), second.wait(timeout=30)) == ("", "", 0)
        assert first.wait(timeout=10) == 0
    assert len(place.calls("venv")) == 1
    assert len(place.calls("uv")) == 2


def test_a_killed_set_up_is_waited_for_no_longer(place: Place, with_uv: Callable[..., None], sleep: None) -> None:
    with_uv(install=ENDLESS.format(name="install"))
    lock_with_python(place)
    with place.started("/bin/sh", "engine/setup/python.sh") as process:
        place.wait_for("install-pid")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
    assert (place.folder / ".venv" / "lock.sha256").read_text() == ""  # the stamp of a set-up that has not finished
    place.stub("uv-stub", UV.format(version="true", install="true"), folder=".")
    finished = place.run("python.sh")
    assert (finished.returncode, len(finished.stdout.splitlines())) == (0, 1)
    assert len(place.calls("venv")) == 2


def lock_with_python(place: Place) -> None:
    """Let the stub interpreter take the lock as a real one does."""
    stub = place.programs / "python3"
    stub.write_text(
        stub.read_text().replace(
            "case $1 in", f'case "$*" in *flock*) exec "{sys.executable}" "$@" ;; esac\ncase $1 in'
        )
    )
