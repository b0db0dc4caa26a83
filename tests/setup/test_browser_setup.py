"""engine/setup/browser.sh looks for a browser; it installs one only if this is allowed, else it prints the commands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.setup.conftest import SIZES, Place

Failure = Callable[..., tuple[str, str]]

COMMANDS = ("apt-get install", "snap install", "dnf install", "brew install", "CHROME=")


@pytest.fixture(autouse=True)
def user(place: Place) -> None:
    """A user who is not root."""
    place.stub("id", "echo 1000")


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
def test_a_browser_that_is_there_is_enough(place: Place, name: str) -> None:
    place.stub(name, "exit 1")  # it is only looked for, not run
    finished = place.run("browser.sh")
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")


def test_without_one_the_commands_are_printed(failure: Failure) -> None:
    first, rest = failure("browser.sh")
    assert first == "setup: no browser based on Chromium is found; a test of the live view needs one"
    for command in COMMANDS:
        assert command in rest


def test_a_browser_that_was_asked_for_is_not_replaced_by_another(place: Place, failure: Failure) -> None:
    place.stub("chromium", "true")
    assert failure("browser.sh", CHROME="/nowhere/chrome")[0] == "setup: CHROME=/nowhere/chrome is not a command"
    mine = place.stub("mine", "true", folder="elsewhere")
    assert place.run("browser.sh", CHROME=str(mine)).returncode == 0


def test_root_on_debian_installs_one_and_says_how_large_it_is(place: Place) -> None:
    (place.programs / "ln").symlink_to("/bin/ln")
    place.stub_apt(install=f'ln -s /bin/true "{place.programs}/chromium"')
    finished = place.run("browser.sh")
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.splitlines() == [
        "setup: installing chromium, in which a test opens the live view",
        *SIZES,
    ]
    assert place.installed_with_apt("chromium")
    assert not (place.folder / ".browser-setup.log").exists()
    assert place.run("browser.sh").stdout == ""  # the second call finds it
    assert place.installed_with_apt("chromium")


@pytest.mark.parametrize("reason", ["told not to", "not root"])
def test_nothing_is_installed_where_it_may_not(place: Place, failure: Failure, reason: str) -> None:
    place.stub_apt()
    if reason == "not root":
        place.stub("id", "echo 1000")
    environment = {"BROWSER_NO_INSTALL": "1"} if reason == "told not to" else {}
    assert "apt-get install" in failure("browser.sh", **environment)[1]
    assert place.apt_calls() == []


@pytest.mark.parametrize(
    ("stubs", "what"),
    [
        (
            {"update": "echo 'Temporary failure resolving' ; exit 100"},
            "no browser is found and apt-get update failed: Temporary failure resolving",
        ),
        (
            {"install": "echo 'E: Unable to locate package' ; exit 100"},
            "apt-get install failed: E: Unable to locate package",
        ),
        ({"install": "echo 'E: No space left on device' ; exit 100"}, "the disk is full while installing chromium"),
        ({}, "apt-get succeeded, but there is still no browser"),
    ],
)
def test_a_failed_installation_says_why_and_how_to_do_it_by_hand(
    place: Place, failure: Failure, stubs: dict[str, str], what: str
) -> None:
    place.stub_apt(**stubs)
    first, rest = failure("browser.sh")
    assert what in first
    for command in COMMANDS:
        assert command in rest
