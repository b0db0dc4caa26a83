"""setup/python.sh: whatever is wrong, one line says it, another the way out, and the exit code is 2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.setup.conftest import Place

Failure = Callable[..., tuple[str, str]]


def python(place: Place, version: str = "3.12.1", name: str = "python3") -> None:
    """A stub interpreter: says its version, and is supported from 3.11 to 3.13."""
    minor = int(version.split(".")[1])
    place.stub(
        name,
        f"""
case $1 in
  -c) exit {0 if 11 <= minor <= 13 else 1} ;;
  --version) echo "Python {version}" ;;
  -m) echo made >> venv-calls; rm -rf .venv; mkdir -p .venv/bin; cp pip-stub .venv/bin/python ;;
esac""",
    )


@pytest.fixture
def with_pip(place: Place) -> Callable[[str], None]:
    """A supported Python whose virtual environment has a pip that does what is asked."""
    (place.programs / "cp").symlink_to("/bin/cp")

    def make(script: str) -> None:
        python(place)
        place.stub("pip-stub", script, folder=".")

    return make


def test_an_environment_is_made_once(place: Place, with_pip: Callable[[str], None]) -> None:
    with_pip('echo "$@" >> pip-calls; exit 0')
    first, second = place.run("python.sh"), place.run("python.sh")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert first.stdout.startswith("setup: .venv with 2 locked packages for Python 3.12.1")
    assert second.stdout + second.stderr == ""
    (call,) = (place.folder / "pip-calls").read_text().splitlines()
    assert "--require-hashes -r requirements.lock" in call
    assert not (place.folder / ".venv-setup.log").exists()


def test_another_lock_is_installed_into_the_same_environment(place: Place, with_pip: Callable[[str], None]) -> None:
    with_pip('echo "$@" >> pip-calls; exit 0')
    place.run("python.sh")
    (place.folder / "requirements.lock").write_text("numpy==2.1 \\\n    --hash=sha256:22\n")
    assert place.run("python.sh").returncode == 0
    assert len((place.folder / "pip-calls").read_text().splitlines()) == 2
    assert len((place.folder / "venv-calls").read_text().splitlines()) == 1


def test_a_set_up_killed_halfway_starts_afresh(place: Place, with_pip: Callable[[str], None]) -> None:
    with_pip("exit 0")
    place.stub("python", "exit 1", folder=".venv/bin")  # an environment without the stamp of a finished one
    assert place.run("python.sh").returncode == 0
    assert (place.folder / "venv-calls").exists()
    assert (place.folder / ".venv" / "lock.sha256").exists()


def test_no_python_at_all(failure: Failure) -> None:
    first, rest = failure("python.sh")
    assert first == "setup: no python3 on the PATH; Python 3.11 to 3.13 is needed"
    for command in ("apt-get install python3", "dnf install python3.12", "brew install python@3.12", "make PYTHON="):
        assert command in rest


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


def test_too_little_disk_is_told_before_anything_is_made(place: Place, failure: Failure) -> None:
    python(place)
    place.stub("df", "printf 'Filesystem 1024-blocks Used Available\\n/dev/x 9 9 1024000 1%% /\\n'")
    first, _ = failure("python.sh")
    assert first == "setup: only 1000 MiB are free here; the packages need about 3500 MiB"
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
            "nothing of it was installed",
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
    assert not (place.folder / ".venv" / "lock.sha256").exists()
    with_pip("exit 0")  # and the next call does it right
    assert place.run("python.sh").returncode == 0


def test_a_missing_lock_is_told(place: Place, failure: Failure) -> None:
    (place.folder / "requirements.lock").unlink()
    first, rest = failure("python.sh")
    assert first == "setup: requirements.lock cannot be read"
    assert rest == "  restore it: git checkout requirements.lock\n"
