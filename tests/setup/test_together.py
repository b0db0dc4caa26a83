"""The Makefile's set-up installs Python with its data and TeX in parallel; success, failure and interruption."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.setup.conftest import ENDLESS, UNTIL, Place

STEPS = ("python.sh", "tex.sh", "browser.sh")


@pytest.fixture(autouse=True)
def checkout(place: Place, root: Path) -> None:
    """The Makefile with steps and a build that only record their calls."""
    shutil.copy(root / "Makefile", place.folder)
    for name in ("make", "sleep"):
        found = shutil.which(name)
        assert found, name
        (place.programs / name).symlink_to(found)
    for step in STEPS:
        note(place, step)
    place.stub("python", 'echo "build $MAKEFLAGS" >> calls', folder=".venv/bin")


def note(place: Place, step: str, script: str = "true") -> None:
    """Let a step record its call with arguments, and then do something."""
    place.stub(step, f"echo $(basename $0) $@ >> calls; {script}", folder="engine/setup")
    if not (place.programs / "basename").exists():
        (place.programs / "basename").symlink_to("/usr/bin/basename")


def calls(place: Place) -> list[str]:
    return (place.folder / "calls").read_text().splitlines()


def make(place: Place, *goals: str) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    with place.started("make", *goals) as process:
        output, errors = process.communicate(timeout=30)
    return process.returncode, output, errors


@pytest.mark.parametrize(
    ("goal", "steps"),
    [
        ("all", {"python.sh data", "tex.sh"}),
        ("figures", {"python.sh data"}),
        ("notebooks", {"python.sh data"}),
        ("theory", {"python.sh", "tex.sh"}),
        ("watch", {"python.sh", "tex.sh"}),
        ("test", {"python.sh data", "tex.sh"}),
        ("test-slow", {"python.sh data", "tex.sh", "browser.sh"}),
        ("why", {"python.sh"}),
    ],
)
def test_what_trains_fetches_data_with_the_set_up(place: Place, goal: str, steps: set[str]) -> None:
    assert make(place, goal) == (0, "", "")
    *before, build = calls(place)
    assert set(before) == steps
    assert len(before) == len(steps)
    assert build == "build "  # and no job server, from which a nested make would request jobs


def test_python_and_tex_are_set_up_at_the_same_time(place: Place) -> None:
    """Each waits for the other to start."""
    note(place, "python.sh", f"echo > python; {UNTIL.format(file='tex')}")
    note(place, "tex.sh", f"echo > tex; {UNTIL.format(file='python')}")
    assert make(place, "all") == (0, "", "")


def test_apt_get_is_not_called_twice_at_a_time(place: Place) -> None:
    note(place, "tex.sh", "sleep 0.3; echo > tex")
    note(place, "browser.sh", "[ -e tex ]")
    assert make(place, "test-slow", "-j3") == (0, "", "")


@pytest.mark.parametrize(("bad", "good"), [("tex", "python"), ("python", "tex")])
def test_a_step_that_fails_stops_the_build_when_the_others_have_ended(place: Place, bad: str, good: str) -> None:
    note(place, f"{bad}.sh", f"{UNTIL.format(file='begun')}; printf 'setup: no\\n  the way out\\n' >&2; exit 2")
    note(place, f"{good}.sh", "echo > begun; sleep 0.5; echo > done")
    code, output, errors = make(place, "all")
    assert (code, output) == (2, "")
    assert errors.count("setup: no\n  the way out\n") == 1
    assert (place.folder / "done").exists()
    assert not [call for call in calls(place) if call.startswith("build")]


def test_ctrl_c_ends_every_step(place: Place) -> None:
    note(place, "python.sh", ENDLESS.format(name="python"))
    note(place, "tex.sh", ENDLESS.format(name="tex"))
    with place.started("make", "all") as process:
        place.wait_for("python-pid", "tex-pid")
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=10)
    assert place.ended("python")
    assert place.ended("tex")


@pytest.mark.parametrize("jobs", [(), ("-j4",)])
def test_goals_named_together_run_one_after_the_other(place: Place, jobs: tuple[str, ...]) -> None:
    place.stub("python", 'case "$*" in *clean) sleep 0.3; echo "cleaned" >> calls ;; esac', folder=".venv/bin")
    assert make(place, *jobs, "clean", "all") == (0, "", "")
    first, *others = calls(place)
    assert first == "cleaned"
    assert set(others) == {"python.sh data", "tex.sh"}


def test_two_goals_in_a_parallel_make_are_set_up_and_built_one_at_a_time(place: Place) -> None:
    """Also inside another make, whose job server they get."""
    one_at_a_time = "[ ! -e {0} ] || echo two >> calls; echo > {0}; sleep 0.2; rm {0}"
    note(place, "python.sh", one_at_a_time.format("setting-up"))
    place.stub("python", f"echo build >> calls; {one_at_a_time.format('building')}", folder=".venv/bin")
    (place.folder / "outer.mk").write_text("outer:\n\t@+$(MAKE) --no-print-directory all figures\n")
    for command in (["all", "figures"], ["-f", "outer.mk"]):
        assert make(place, "-j4", *command) == (0, "", "")
        assert sorted(calls(place)) == ["build", "build", "python.sh data", "python.sh data", "tex.sh"]
        (place.folder / "calls").unlink()


def test_python_and_tex_are_set_up_at_the_same_time_in_a_parallel_make(place: Place) -> None:
    note(place, "python.sh", f"echo > python; {UNTIL.format(file='tex')}")
    note(place, "tex.sh", f"echo > tex; {UNTIL.format(file='python')}")
    assert make(place, "-j2", "all") == (0, "", "")


VALUE = '-it\'s "a" name; touch gone & with  spaces * $HOME $(x) (é)'


@pytest.mark.parametrize(
    ("goal", "options"),
    [
        ("all", ["PROFILE", "EXPERIMENT"]),
        ("theory", ["PROFILE", "EXPERIMENT"]),
        ("figures", ["PROFILE", "EXPERIMENT"]),
        ("notebooks", ["PROFILE", "EXPERIMENT"]),
        ("bundle", ["PROFILE"]),
        ("watch", ["PROFILE"]),
        ("tensorboard", ["PROFILE", "PORT"]),
        ("diff", ["PROFILE"]),
        ("new", ["NAME", "KIND", "REPORT"]),
        ("why", ["PROFILE"]),
    ],
)
def test_a_value_with_spaces_and_marks_of_the_shell_is_one_argument(
    place: Place, goal: str, options: list[str]
) -> None:
    place.stub("python", 'for each; do echo "$each" >> arguments; done', folder=".venv/bin")
    assert make(place, goal, *(f"{name}={VALUE}" for name in options)) == (0, "", "")
    arguments = (place.folder / "arguments").read_text().splitlines()
    for name in options:
        option = f"--{name.lower()}="
        assert {each.removeprefix(option) for each in arguments if each.startswith(option)} == {VALUE}
    assert not (place.folder / "gone").exists()


def test_the_commit_that_diff_compares_with_is_one_argument(place: Place) -> None:
    place.stub("python", 'for each; do echo "$each" >> arguments; done', folder=".venv/bin")
    assert make(place, "diff", f"REV={VALUE}") == (0, "", "")
    assert VALUE in (place.folder / "arguments").read_text().splitlines()
