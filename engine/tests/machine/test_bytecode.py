"""Python's bytecode of the report's modules is never used; that of the engine only if it is of the same source."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(code: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_a_module_of_the_same_size_and_time_as_its_bytecode_runs_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    module = Path("mine.py")
    module.write_text("VALUE = 1\n")
    os.utime(module, (1e9, 1e9))
    plainly, by_us = "import mine; print(mine.VALUE)", "from texloom.machine import bytecode; bytecode.ignore(); "
    assert run(plainly) == "1"
    module.write_text("VALUE = 2\n")
    os.utime(module, (1e9, 1e9))
    assert run(plainly) == "1"  # Python alone uses the outdated bytecode
    assert run(by_us + plainly) == "2"
    assert run(plainly) == "1"  # the run with the engine has stored no bytecode


def test_the_package_of_a_command_runs_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python imports the package before the command begins, possibly from bytecode."""
    monkeypatch.chdir(tmp_path)
    package = Path("mine")
    package.mkdir()
    (package / "__main__.py").write_text(
        "from texloom.machine import first\n\nfirst.begin()\nimport mine\n\nprint(mine.VALUE)\n"
    )
    for value in (1, 2):
        (package / "__init__.py").write_text(f"VALUE = {value}\n")
        os.utime(package / "__init__.py", (1e9, 1e9))
        assert run("import runpy; runpy.run_module('mine', run_name='__main__', alter_sys=True)") == str(value)


def test_the_bytecode_of_installed_packages_is_used() -> None:
    code = "from texloom.machine import bytecode; bytecode.ignore()\nfrom importlib.machinery import SourceFileLoader\n"
    code += (
        "SourceFileLoader.source_to_code = lambda loader, data, path: print(path)\nimport json.decoder, jinja2.nodes"
    )
    assert run(f"import json.decoder, jinja2.nodes\n{code}") == ""


@pytest.mark.parametrize("module", ["texloom", "experiments"])
def test_every_command_runs_modules_from_their_source(code: Path, module: str) -> None:
    (code / "experiments/__main__.py").write_text(
        "from texloom.machine import first\n\nfirst.begin()\nimport mine\n\nprint(mine.VALUE)\n"
    )
    Path("sitecustomize.py").write_text(
        "import atexit, sys\nfrom importlib.machinery import SourceFileLoader\n"
        "atexit.register(lambda: print(SourceFileLoader.get_code.__module__, file=sys.stderr))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(code)}
    finished = subprocess.run([sys.executable, "-m", module, "--help"], env=environment, capture_output=True, text=True)
    assert finished.stderr.splitlines()[-1] == "texloom.machine.bytecode"


ENGINE_LIKE = """
import sys
from importlib.machinery import SourceFileLoader
from texloom.machine import bytecode

compiled = []
to_code = SourceFileLoader.source_to_code
SourceFileLoader.source_to_code = lambda loader, data, path: compiled.append(path) or to_code(loader, data, path)
bytecode._ENGINE = "mine."
bytecode.ignore()
from mine import part
print(part.VALUE, sum(path.endswith("part.py") for path in compiled), part.value.__code__.co_filename)
"""


def test_the_engine_s_bytecode_is_used_for_its_own_source_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "here"
    (folder / "mine").mkdir(parents=True)
    (folder / "mine/__init__.py").touch()
    monkeypatch.chdir(folder)

    def write(value: int) -> None:
        Path("mine/part.py").write_text(f"VALUE = {value}\ndef value(): return VALUE\n")
        os.utime("mine/part.py", (1e9, 1e9))

    def shown(value: int, compilations: int) -> str:
        return f"{value} {compilations} {Path('mine/part.py').absolute()}"

    write(1)
    assert run("import mine.part") == ""  # Python's own, compared by time and size
    write(2)
    assert run(ENGINE_LIKE) == shown(2, 1)
    assert run(ENGINE_LIKE) == shown(2, 0)
    (cache,) = Path("mine/__pycache__").glob("part.*.pyc")
    cache.write_bytes(cache.read_bytes()[:-9])
    assert run(ENGINE_LIKE) == shown(2, 1)
    write(3)
    assert run(ENGINE_LIKE) == shown(3, 1)
    assert run("from mine import part; print(part.VALUE)") == "3"
    monkeypatch.chdir(folder.rename(tmp_path / "there"))
    assert run(ENGINE_LIKE) == shown(3, 1)
