"""engine/setup/python.sh: whatever is wrong, one line says it, another the way out, and the exit code is 2."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup.conftest import ENDLESS, UNTIL, Place

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
  -m) echo made >> venv-calls; rm -rf .venv; mkdir -p .venv/bin .venv/lib/python3.{minor}/site-packages
      cp pip-stub .venv/bin/python
      if [ -e uv-stub ]; then cp uv-stub .venv/bin/uv; fi ;;
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
    assert len((place.folder / "pip-calls").read_text().splitlines()) == 4  # for uv, which is not there, and for all
    assert len((place.folder / "venv-calls").read_text().splitlines()) == 1


def test_a_set_up_killed_halfway_starts_afresh(place: Place, with_pip: Callable[[str], None]) -> None:
    with_pip("exit 0")
    place.stub("python", "exit 1", folder=".venv/bin")  # an environment without the stamp of a finished one
    assert place.run("python.sh").returncode == 0
    assert (place.folder / "venv-calls").exists()
    assert (place.folder / ".venv" / "lock.sha256").exists()


def test_the_engine_of_this_repository_is_used_in_place(place: Place, with_pip: Callable[[str], None]) -> None:
    """By a line that leads to it from any place to which the folder is moved."""
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
    (place.folder / ".venv-setup.log").mkdir()  # a read-only folder would not stop root
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


# ---------------------------------------------------------------- uv

PIP = """
case "$*" in
  "-m pip "*) echo "$@" >> pip-calls; cat >> pip-input; exit 0 ;;
  "-m experiments data") {fetch} ;;
esac"""
UV = """
echo "$@" >> uv-calls
case "$*" in
  --version) {version} ;;
  *" -r -") cat > uv-input ;;
  *) {install} ;;
esac"""
UV_OPTIONS = "--python .venv/bin/python --require-hashes"


@pytest.fixture
def with_uv(place: Place, with_pip: Callable[[str], None]) -> Callable[..., None]:
    """A supported Python in whose virtual environment pip works, and what uv and the fetching of data do there."""

    def make(install: str = "true", version: str = "true", fetch: str = "true") -> None:
        with_pip(PIP.format(fetch=fetch))
        place.stub("uv-stub", UV.format(version=version, install=install), folder=".")

    return make


def calls(place: Place, program: str) -> list[str]:
    return (place.folder / f"{program}-calls").read_text().splitlines()


def test_pip_installs_uv_with_its_hashes_and_uv_everything(place: Place, with_uv: Callable[..., None]) -> None:
    with_uv()
    finished = place.run("python.sh")
    assert (finished.returncode, finished.stderr, len(finished.stdout.splitlines())) == (0, "", 1)
    (call,) = calls(place, "pip")
    assert "--require-hashes --no-deps --only-binary :all:" in call
    assert (place.folder / "pip-input").read_text() == "uv==0.1 \\\n    --hash=sha256:22\n"
    assert calls(place, "uv") == ["--version", f"pip sync {UV_OPTIONS} requirements.lock"]
    assert (place.folder / ".venv" / "lock.sha256").exists()


def test_everything_is_compiled_only_where_python_keeps_nothing(place: Place, with_uv: Callable[..., None]) -> None:
    with_uv()
    place.run("python.sh", PYTHONDONTWRITEBYTECODE="1")
    assert calls(place, "uv")[-1] == f"pip sync {UV_OPTIONS} --compile-bytecode requirements.lock"


NO_WHEEL = """case "$*" in *only-binary*)
  echo "ERROR: No matching distribution found for uv (from versions: none)" >&2
  exit 1 ;;
esac
"""
"""What pip does with a package that has no wheel for the platform."""


@pytest.mark.parametrize(
    ("uv", "why", "environments"),
    [
        ("no wheel", "cannot be installed: ERROR: No matching distribution found for uv (from versions: none)", 1),
        ({"version": "echo 'GLIBC_2.99 not found' >&2; exit 1"}, "does not run here: GLIBC_2.99 not found", 1),
        (
            {"install": "echo 'error: Request failed'; echo '  cause: Failed to fetch: x: Connection refused'; exit 2"},
            "cannot fetch the packages; its settings are not pip's",
            1,
        ),
        ({"install": "echo 'error: Failed to install: x'; exit 2"}, "failed: error: Failed to install: x", 2),
        ({"install": "echo 'thread main panicked'; exit 101"}, "failed: thread main panicked", 2),
    ],
)
def test_where_uv_does_not_work_pip_installs_all_but_uv(
    place: Place, with_uv: Callable[..., None], uv: str | dict[str, str], why: str, environments: int
) -> None:
    """In a new environment where uv may have left packages half-written, else in the same."""
    if isinstance(uv, dict):
        with_uv(**uv)
    else:
        with_uv()
        stub = place.folder / "pip-stub"
        stub.write_text(stub.read_text().replace("\n", f"\n{NO_WHEEL}", 1))
    finished = place.run("python.sh")
    assert (finished.returncode, finished.stderr) == (0, "")
    _, line = finished.stdout.splitlines()
    assert line == f"setup: pip installs them, which takes some minutes, because uv {why}"
    last = calls(place, "pip")[-1]
    assert "only-binary" not in last
    assert "--no-deps" in last  # the engine requires uv
    assert (place.folder / "pip-input").read_text().endswith("scipy==1.0 \\\n    --hash=sha256:11\n")
    assert len(calls(place, "venv")) == environments
    assert (place.folder / ".venv" / "lock.sha256").exists()


@pytest.mark.parametrize(
    ("log", "what"),
    [
        ("error: Failed to install: x\\n  cause: No space left on device (os error 28)", "the disk is full"),
        (
            "error: Failed to download `scipy==1.0`\\n  cause: Hash mismatch for `scipy==1.0`",
            "a downloaded package does not match its hash in requirements.lock: scipy==1.0",
        ),
    ],
)
def test_a_full_disk_and_a_wrong_hash_are_no_reason_to_try_pip(
    place: Place, with_uv: Callable[..., None], failure: Failure, log: str, what: str
) -> None:
    with_uv(install=f"printf '{log}\\n' >&2; exit 1")
    assert what in failure("python.sh")[0]
    assert len(calls(place, "pip")) == 1  # uv's
    assert not (place.folder / ".venv" / "lock.sha256").exists()


def test_without_a_connection_pip_is_not_asked_twice(
    place: Place, with_pip: Callable[[str], None], failure: Failure
) -> None:
    with_pip('echo "$@" >> pip-calls; echo "WARNING: Retrying: NewConnectionError" >&2; exit 1')
    assert "no connection to the package index" in failure("python.sh")[0]
    assert len(calls(place, "pip")) == 1


@pytest.fixture
def sleep(place: Place) -> None:
    (place.programs / "sleep").symlink_to("/bin/sleep")


# ---------------------------------------------------------------- the real uv and pip, with a changed lock


def wheel(path: Path, content: str) -> str:
    """Write the wheel of a package with one line; returns its hash."""
    name, version = path.name.split("-")[:2]
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": content,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{file},,\n" for file in (*files, f"{info}/RECORD")))
    return hashlib.sha256(path.read_bytes()).hexdigest()


FOUND = """
from importlib.util import find_spec
import texloom
print(texloom.STATE, *(name for name in ("gone", "uv", "pip") if find_spec(name)))
"""


@pytest.mark.slow
def test_what_left_the_lock_is_removed_and_another_wheel_of_the_engine_installed(place: Place, tmp_path: Path) -> None:
    """Its version is the same, its hash is not. No network: all packages are here."""
    python(place)
    subprocess.run([sys.executable, "-m", "venv", place.folder / ".venv"], check=True)
    (place.folder / ".venv" / "bin" / "uv").symlink_to(Path(sys.executable).with_name("uv"))
    (place.folder / ".venv" / "lock.sha256").write_text("of another lock\n")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ".", "UV_OFFLINE": "1", "UV_NO_INDEX": "1", "UV_FIND_LINKS": "."}
    hashes = {name: wheel(place.folder / f"{name}-1-py3-none-any.whl", "") for name in ("uv", "gone")}

    def found_with(state: str, *names: str) -> str:
        """What can be imported after a set-up with an engine in this state, and some packages."""
        file = "engine/texloom-1-py3-none-any.whl"
        entries = {file: wheel(place.folder / file, f"STATE = '{state}'")} | {
            f"{name}==1": hashes[name] for name in names
        }
        lock = "".join(f"{entry} --hash=sha256:{digest}\n" for entry, digest in entries.items())
        (place.folder / "requirements.lock").write_text(lock)
        finished = place.run("python.sh", **offline, UV_CACHE_DIR=str(tmp_path / "cache"))
        assert (finished.returncode, finished.stderr, len(finished.stdout.splitlines())) == (0, "", 1), finished.stdout
        command = [place.folder / ".venv" / "bin" / "python", "-c", FOUND]
        return subprocess.run(command, cwd="/", capture_output=True, text=True, check=True).stdout

    assert found_with("old", "uv", "gone") == "old gone uv pip\n"
    assert found_with("new", "uv") == "new uv pip\n"


# ---------------------------------------------------------------- two at a time


def test_a_second_set_up_waits_and_finds_all_done(place: Place, with_uv: Callable[..., None], sleep: None) -> None:
    with_uv(install="echo > installing; sleep 0.5")
    lock_with_python(place)
    command = ("/bin/sh", "engine/setup/python.sh")
    with place.started(*command) as first:
        place.wait_for("installing")
        with place.started(*command) as second:
            output, errors = second.communicate(timeout=30)
            assert (second.returncode, output, errors) == (0, "setup: waiting for another set-up of this folder\n", "")
        assert first.wait(timeout=10) == 0
    assert len(calls(place, "venv")) == 1
    assert len(calls(place, "uv")) == 2


def test_a_killed_set_up_is_waited_for_no_longer(place: Place, with_uv: Callable[..., None], sleep: None) -> None:
    with_uv(install=ENDLESS.format(name="install"))
    lock_with_python(place)
    with place.started("/bin/sh", "engine/setup/python.sh") as process:
        place.wait_for("install-pid")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
    place.stub("uv-stub", UV.format(version="true", install="true"), folder=".")
    finished = place.run("python.sh")
    assert (finished.returncode, len(finished.stdout.splitlines())) == (0, 1)
    assert len(calls(place, "venv")) == 2


def lock_with_python(place: Place) -> None:
    """Let the stub interpreter take the lock as a real one does."""
    stub = place.programs / "python3"
    stub.write_text(
        stub.read_text().replace(
            "case $1 in", f'case "$*" in *flock*) exec "{sys.executable}" "$@" ;; esac\ncase $1 in'
        )
    )


# ---------------------------------------------------------------- data, while uv installs


def test_data_are_fetched_while_uv_installs(place: Place, with_uv: Callable[..., None], sleep: None) -> None:
    """Each waits for the other to be under way, and the set-up for both."""
    with_uv(
        install=f"{UNTIL.format(file='fetching')}; echo > installing",
        fetch=f"echo > fetching; {UNTIL.format(file='installing')}; sleep 0.3; echo 'data: here'; echo > fetched",
    )
    with place.started("/bin/sh", "engine/setup/python.sh", "data") as process:
        assert process.wait(timeout=30) == 0  # and not the end of its output, which the fetching may outlive
        assert (place.folder / "fetched").exists()
        output, errors = process.communicate()
    assert (output.splitlines()[1:], errors) == (["data: here"], "")
    assert (place.folder / "uv-input").read_text() == "numpy==2.0 \\\n    --hash=sha256:00\n"
    assert calls(place, "uv")[1:] == [
        f"pip install {UV_OPTIONS} -c .venv/constraints.txt -r -",
        f"pip sync {UV_OPTIONS} requirements.lock",
    ]


WHEEL = "engine/texloom-0.2.0-py3-none-any.whl \\\n    --hash=sha256:33\n"


def test_fetching_data_needs_the_engine_s_wheel(place: Place, with_uv: Callable[..., None]) -> None:
    """Which uv installs from the lock, and does not take in a list of constraints."""
    with_uv(fetch="echo > fetched")
    lock = place.folder / "requirements.lock"
    without = lock.read_text()
    lock.write_text(without.replace("uv==", f"{WHEEL}uv=="))
    finished = place.run("python.sh", "data")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith("setup: .venv with 4 locked packages ")
    assert (place.folder / "fetched").exists()
    assert (place.folder / "uv-input").read_text() == f"numpy==2.0 \\\n    --hash=sha256:00\n{WHEEL}"
    assert (place.folder / ".venv" / "constraints.txt").read_text() == without


def test_data_that_nobody_asked_for_are_not_fetched(place: Place, with_uv: Callable[..., None]) -> None:
    with_uv(fetch="echo > fetched")
    assert place.run("python.sh").returncode == 0
    assert not (place.folder / "fetched").exists()


def test_data_that_cannot_be_fetched_are_left_to_the_build(place: Place, with_uv: Callable[..., None]) -> None:
    with_uv(fetch="echo 'data: MNIST cannot be fetched' >&2; exit 2")
    finished = place.run("python.sh", "data")
    assert (finished.returncode, finished.stderr, len(finished.stdout.splitlines())) == (0, "", 1)


def test_a_failed_set_up_ends_the_fetching(
    place: Place, with_uv: Callable[..., None], failure: Failure, sleep: None
) -> None:
    until = UNTIL.format(file="fetch-pid")
    with_uv(install=f"{until}; echo 'No space left on device'; exit 1", fetch=ENDLESS.format(name="fetch"))
    assert "the disk is full" in failure("python.sh", "data")[0]
    assert place.ended("fetch")


def test_ctrl_c_ends_all(place: Place, with_uv: Callable[..., None], sleep: None) -> None:
    with_uv(install=ENDLESS.format(name="install"), fetch=ENDLESS.format(name="fetch"))
    with place.started("/bin/sh", "engine/setup/python.sh", "data") as process:
        place.wait_for("install-pid", "fetch-pid")
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=10) == 130
    assert place.ended("install")
    assert place.ended("fetch")
    assert not (place.folder / ".venv" / "lock.sha256").exists()


WITHOUT_THE_REST = """
import sys, sysconfig
from importlib import metadata
from packaging.requirements import Requirement

allowed, waiting = set(), sys.argv[1:]
while waiting:
    name = waiting.pop().lower().replace("_", "-")
    if name not in allowed:
        allowed.add(name)
        needed = map(Requirement, metadata.requires(name) or [])
        waiting += [each.name for each in needed if not each.marker or each.marker.evaluate({"extra": ""})]
modules = metadata.packages_distributions()


class Blocked:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in modules and not allowed & {each.lower().replace("_", "-") for each in modules[name]}:
            raise ModuleNotFoundError(f"{name} is not among what fetching needs", name=name)


for name in set(sys.modules) & set(modules):
    del sys.modules[name]
sys.meta_path.insert(0, Blocked)
import experiments.__main__
import experiments.datasets.mnist, experiments.datasets.emoji, experiments.inception.weights
from texloom.data import declared

assert declared.missing() is not None
"""


def test_what_is_installed_first_is_enough_to_fetch_data(root: Path) -> None:
    names = re.findall(r'^FETCHING="(.*)"', (root / "engine" / "setup" / "python.sh").read_text(), re.MULTILINE)[
        0
    ].split()
    locked = re.findall(r"^([a-z0-9-]+)==", (root / "requirements.lock").read_text(), re.MULTILINE)
    assert {"uv", *names} <= set(locked)
    command = [sys.executable, "-c", WITHOUT_THE_REST, *names]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
