"""engine/setup/python.sh: for every error one line says what is wrong and another gives the way out; exit code 2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.setup.conftest import Place, python

Failure = Callable[..., tuple[str, str]]


def test_an_environment_is_made_once(place: Place, with_pip: Callable[[str], None]) -> None:
    with_pip('echo "$@" >> pip-calls; exit 0')
    first, second = place.run("python.sh"), place.run("python.sh")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert first.stdout.startswith("setup: .venv with 3 locked packages for Python 3.12.1")
    assert second.stdout + second.stderr == ""
    assert len((place.folder / "venv-calls").read_text().splitlines()) == 1
    assert not (place.folder / ".venv-setup.log").exists()


def test_another_lock_is_installed_into_the_same_environment(place: Place, with_pip: Callable[[str], None]) -> None:
    with_pip('echo "$@" >> pip-calls; exit 0')
    place.run("python.sh")
    (place.folder / "requirements.lock").write_text("numpy==2.1 \\\n    --hash=sha256:22\n")
    finished = place.run("python.sh")
    assert finished.returncode == 0
    assert finished.stdout.splitlines()[-1].startswith("setup: packages that are no longer locked stay in .venv")
    assert len((place.folder / "pip-calls").read_text().splitlines()) == 4  # for uv, which is missing, and for the rest
    assert len((place.folder / "venv-calls").read_text().splitlines()) == 1


def test_a_set_up_killed_halfway_starts_afresh(place: Place, with_pip: Callable[[str], None]) -> None:
    """After it was killed, its stamp exists and is empty."""
    with_pip("exit 0")
    half_made(place)
    assert place.run("python.sh").returncode == 0
    assert len(place.calls("venv")) == 1
    assert (place.folder / ".venv" / "lock.sha256").read_text()
    assert not (place.folder / ".venv" / "pyvenv.cfg").exists()


def test_a_set_up_killed_while_it_removes_the_half_made_one_starts_afresh(
    place: Place, with_pip: Callable[[str], None]
) -> None:
    with_pip("exit 0")
    half_made(place)
    (place.programs / "rm").unlink()
    place.stub("rm", "kill -9 $PPID")
    assert place.run("python.sh").returncode == -9
    (place.programs / "rm").unlink()
    (place.programs / "rm").symlink_to("/bin/rm")
    assert place.run("python.sh").returncode == 0
    assert not (place.folder / ".venv" / ".gitignore").exists()


def half_made(place: Place) -> None:
    (place.folder / ".venv").mkdir()
    for name in ("lock.sha256", "pyvenv.cfg", ".gitignore"):
        (place.folder / ".venv" / name).touch()


@pytest.mark.parametrize("name", ["bin/python", "notes.txt", ".hidden", None])
def test_an_environment_that_the_user_made_is_left_alone(place: Place, failure: Failure, name: str | None) -> None:
    python(place, "3.12.1")
    path = place.folder / ".venv" / name if name else place.folder / ".venv"  # a file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    assert failure("python.sh") == (
        "setup: .venv exists, but was not created by make",
        "  make creates its own there: remove yours (rm -r .venv), or clone the project into another folder\n",
    )
    assert path.read_text() == "mine"
    assert not (place.folder / "venv-calls").exists()


def test_an_empty_folder_is_nobody_s_environment(place: Place, with_pip: Callable[[str], None]) -> None:
    with_pip("exit 0")
    (place.folder / ".venv").mkdir()
    assert place.run("python.sh").returncode == 0


def test_a_link_to_an_environment_with_the_right_packages_is_used(
    place: Place, with_pip: Callable[[str], None]
) -> None:
    with_pip("exit 0")
    place.run("python.sh")
    (place.folder / ".venv").rename(place.folder / "elsewhere")
    (place.folder / ".venv").symlink_to("elsewhere")
    finished = place.run("python.sh")
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")


def test_the_engine_of_this_repository_is_used_in_place(place: Place, with_pip: Callable[[str], None]) -> None:
    """A line with a relative path points to it, which stays valid if the folder is moved."""
    with_pip("exit 0")
    (place.folder / "engine" / "texloom").mkdir()
    assert place.run("python.sh").returncode == 0
    (line,) = (place.folder / ".venv").glob("lib/python3.12/site-packages/texloom.pth")
    assert (line.parent / line.read_text().strip()).resolve() == (place.folder / "engine").resolve()


def test_where_the_engine_is_a_wheel_nothing_leads_to_its_folder(place: Place, with_pip: Callable[[str], None]) -> None:
    with_pip("exit 0")
    assert place.run("python.sh").returncode == 0
    assert not list((place.folder / ".venv").glob("**/texloom.pth"))


def test_no_python_at_all(failure: Failure) -> None:
    first, rest = failure("python.sh")
    assert first == "setup: no python3 on the PATH; Python 3.11 to 3.13 is needed"
    for command in ("apt-get install python3", "dnf install python3.12", "brew install python@3.12", "make PYTHON="):
        assert command in rest


def test_the_environment_of_another_project_is_left_alone(place: Place, failure: Failure) -> None:
    python(place, "3.12.1")
    (place.folder / "other").mkdir()
    (place.folder / ".venv").symlink_to("other")
    first, _rest = failure("python.sh")
    assert first.startswith("setup: .venv is a link to an environment")
    assert list((place.folder / "other").iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_told(place: Place, failure: Failure) -> None:
    python(place, "3.12.1")
    (place.folder / ".venv-setup.log").mkdir()  # root can write to a read-only folder
    assert failure("python.sh") == (
        f"setup: nothing can be written into {place.folder}",
        "  copy or clone the project into a folder of your own\n",
    )


@pytest.mark.parametrize("version", ["3.9.2", "3.10.0", "3.14.0"])
def test_an_unsupported_python_is_named(place: Place, failure: Failure, version: str) -> None:
    python(place, version)
    first, rest = failure("python.sh")
    assert first == f"setup: found Python {version}, but Python 3.11 to 3.13 is needed"
    assert "make PYTHON=/path/to/python3.12" in rest


def test_a_newer_python_beside_an_old_one_is_taken(place: Place, with_pip: Callable[[str], None]) -> None:
    with_pip("exit 0")
    python(place, "3.9.2")
    python(place, "3.11.4", "python3.11")
    assert "for Python 3.11.4" in place.run("python.sh").stdout


def test_a_python_that_was_asked_for_is_not_replaced_by_another(place: Place, failure: Failure) -> None:
    python(place)
    python(place, "3.9.2", "old")
    assert failure("python.sh", PYTHON="gone")[0] == "setup: PYTHON=gone is not a command"
    assert failure("python.sh", PYTHON="old")[0] == "setup: PYTHON=old is Python 3.9.2, but 3.11 to 3.13 is needed"


@pytest.mark.parametrize(("package", "needed"), [("scipy", 1000), ("tensorflow", 3500)])
def test_too_little_disk_is_told_before_anything_is_made(
    place: Place, failure: Failure, package: str, needed: int
) -> None:
    python(place)
    (place.folder / "requirements.lock").write_text(f"{package}==1.0 \\\n    --hash=sha256:00\n")
    place.stub("df", "printf 'Filesystem 1024-blocks Used Available\\n/dev/x 9 9 921600 1%% /\\n'")
    first, _ = failure("python.sh")
    assert first == f"setup: only 900 MiB are free here; the packages need about {needed} MiB"
    assert not (place.folder / ".venv").exists()


def test_an_interpreter_without_venv_names_the_package(place: Place, failure: Failure) -> None:
    place.stub("python3", 'case $1 in -m) echo "ensurepip is not available"; exit 1 ;; esac')
    first, rest = failure("python.sh")
    assert first == "setup: python3 cannot make a virtual environment: ensurepip is not available"
    assert "apt-get install python3-venv" in rest


@pytest.mark.parametrize(
    ("log", "what", "way_out"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "the disk is full", "free some space"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\\n    numpy==2.0 from x",
            "a downloaded package does not match its hash in requirements.lock: numpy==2.0",
            "it was not installed",
        ),
        (
            "WARNING: Retrying: NewConnectionError: Failed to establish\\nERROR: No matching distribution",
            "the Python packages cannot be fetched: no connection to the package index",
            "check the network or pip",
        ),
        (
            "ERROR: Could not find a version that satisfies numpy==2.0 (from versions: none)",
            "no connection to the package index",
            "check the network or pip",
        ),
        ("noise\\nERROR: something else\\nmore", "pip failed: ERROR: something else", "the whole log is in"),
    ],
)
def test_a_failed_installation_says_why(
    place: Place, with_pip: Callable[[str], None], failure: Failure, log: str, what: str, way_out: str
) -> None:
    with_pip(f"printf '{log}\\n' >&2; exit 1")
    first, rest = failure("python.sh")
    assert what in first
    assert way_out in rest
    assert (place.folder / ".venv" / "lock.sha256").read_text() == ""
    with_pip("exit 0")  # and the next call succeeds
    assert place.run("python.sh").returncode == 0


def test_a_missing_lock_is_told(place: Place, failure: Failure) -> None:
    (place.folder / "requirements.lock").unlink()
    first, rest = failure("python.sh")
    assert first == "setup: requirements.lock cannot be read"
    assert rest == "  restore it: git checkout requirements.lock\n"
