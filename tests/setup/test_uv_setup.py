"""When engine/setup/python.sh uses uv, and when pip instead; the last tests use the real programs."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup.conftest import UV_OPTIONS, Place, python

Failure = Callable[..., tuple[str, str]]


def test_pip_installs_uv_with_its_hashes_and_uv_everything(place: Place, with_uv: Callable[..., None]) -> None:
    with_uv()
    finished = place.run("python.sh")
    assert (finished.returncode, finished.stderr, len(finished.stdout.splitlines())) == (0, "", 1)
    (call,) = place.calls("pip")
    assert "--require-hashes --no-deps --only-binary :all:" in call
    assert (place.folder / "pip-input").read_text() == "uv==0.1 \\\n    --hash=sha256:22\n"
    assert place.calls("uv") == ["--version", f"pip sync {UV_OPTIONS} requirements.lock"]
    assert (place.folder / ".venv" / "lock.sha256").exists()


def test_everything_is_compiled_only_where_python_keeps_nothing(place: Place, with_uv: Callable[..., None]) -> None:
    with_uv()
    place.run("python.sh", PYTHONDONTWRITEBYTECODE="1")
    assert place.calls("uv")[-1] == f"pip sync {UV_OPTIONS} --compile-bytecode requirements.lock"


NO_WHEEL = """case "$*" in *only-binary*)
  echo "ERROR: No matching distribution found for uv (from versions: none)" >&2
  exit 1 ;;
esac
"""
"""Shell code of a pip that finds no wheel for the platform."""


@pytest.mark.parametrize(
    ("uv", "why", "environments"),
    [
        ("no wheel", "cannot be installed: ERROR: No matching distribution found for uv (from versions: none)", 1),
        ({"version": "echo 'GLIBC_2.99 not found' >&2; exit 1"}, "does not run here: GLIBC_2.99 not found", 1),
        (
            {"install": "echo 'error: Request failed'; echo '  cause: Failed to fetch: x: Connection refused'; exit 2"},
            "cannot fetch the packages; it does not use pip's settings",
            1,
        ),
        ({"install": "echo 'error: Failed to install: x'; exit 2"}, "failed: error: Failed to install: x", 2),
        ({"install": "echo 'thread main panicked'; exit 101"}, "failed: thread main panicked", 2),
    ],
)
def test_where_uv_does_not_work_pip_installs_all_but_uv(
    place: Place, with_uv: Callable[..., None], uv: str | dict[str, str], why: str, environments: int
) -> None:
    """pip uses a new environment if uv may have left packages half-written, otherwise the same one."""
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
    last = place.calls("pip")[-1]
    assert "only-binary" not in last
    assert "--no-deps" in last  # the engine requires uv
    assert (place.folder / "pip-input").read_text().endswith("scipy==1.0 \\\n    --hash=sha256:11\n")
    assert len(place.calls("venv")) == environments
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
    assert len(place.calls("pip")) == 1  # the call that installs uv
    assert (place.folder / ".venv" / "lock.sha256").read_text() == ""


def test_without_a_connection_pip_is_not_asked_twice(
    place: Place, with_pip: Callable[[str], None], failure: Failure
) -> None:
    with_pip('echo "$@" >> pip-calls; echo "WARNING: Retrying: NewConnectionError" >&2; exit 1')
    assert "no connection to the package index" in failure("python.sh")[0]
    assert len(place.calls("pip")) == 1


def wheel(path: Path, content: str) -> str:
    """Write the wheel of a one-line package; returns its hash."""
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
    """The version is the same, the hash is not. No network is needed: all packages are local."""
    python(place)
    subprocess.run([sys.executable, "-m", "venv", place.folder / ".venv"], check=True)
    (place.folder / ".venv" / "bin" / "uv").symlink_to(Path(sys.executable).with_name("uv"))
    (place.folder / ".venv" / "lock.sha256").write_text("of another lock\n")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ".", "UV_OFFLINE": "1", "UV_NO_INDEX": "1", "UV_FIND_LINKS": "."}
    hashes = {name: wheel(place.folder / f"{name}-1-py3-none-any.whl", "") for name in ("uv", "gone")}

    def found_with(state: str, *names: str) -> str:
        """The modules that can be imported after a set-up with some packages and an engine in this state."""
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
