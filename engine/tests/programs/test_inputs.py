"""Which files count as inputs of a command, and which program it starts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.manifest import Part
from texloom.programs import inputs

FILES = ("rain.R", "R/one.R", "R/two.R", "R/deep/three.R", "R/.hidden.R", "build/made.R", "own.csv")


def part(*command: str, patterns: tuple[str, ...] = ()) -> Part:
    return Part(title="Rain", experiment="rain", command=command, inputs=patterns)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A report with files for a command, and its part at a known line."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    text = '[[sections.parts]]\nexperiment = "other"\ncommand = ["x"]\n\n[[sections.parts]] # rain\n'
    text += 'command = [\n  "Rscript",\n]\nexperiment = "rain"\ninputs = ["a"]\n'
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "patterns", "found"),
    [
        (("Rscript", "rain.R"), (), ["rain.R"]),
        (("sh", "-c", "cat own.csv " * 100), (), []),
        (("Rscript", "rain.R"), ("R/*.R",), ["R/one.R", "R/two.R", "rain.R"]),
        (("Rscript", "rain.R"), ("R/**/*.R", "own.csv"), ["R/deep/three.R", "R/one.R", "R/two.R", "own.csv", "rain.R"]),
        (("x",), ("*/*.R",), ["R/one.R", "R/two.R"]),
    ],
)
def test_inputs_are_what_matches_and_what_the_command_names(
    command: tuple[str, ...], patterns: tuple[str, ...], found: list[str]
) -> None:
    assert [path.as_posix() for path in inputs.input_files(part(*command, patterns=patterns), [Path("build")])] == found


def test_a_pattern_without_a_file_is_named_with_its_line() -> None:
    with pytest.raises(ReportError, match=r"^report\.toml:10: the pattern 'S/\*\.R' of inputs matches no file\n"):
        inputs.input_files(part("x", patterns=("S/*.R",)))
    with pytest.raises(ReportError, match=r"for all files of a folder: 'R/\*\*/\*'$"):
        inputs.input_files(part("x", patterns=("R",)))


def test_the_first_executable_of_path_is_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second", "third"):
        (folder / name).mkdir()
    for name in ("second", "third"):
        (folder / name / "tool").touch(0o755)
    (folder / "first" / "other").touch(0o644)
    monkeypatch.setenv("PATH", os.pathsep.join(str(folder / name) for name in ("first", "second", "third")))
    assert [*inputs.program_candidates(part("tool"))] == [folder / "first" / "tool", folder / "second" / "tool"]


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("Rscrpt", "report.toml:6: there is no program 'Rscrpt' in the folders of PATH\n  install it, or correct"),
        ("rain.R", "report.toml:6: there is no program 'rain.R'\n  the file of the report is \"./rain.R\""),
        ("./rain.R", "report.toml:6: the file './rain.R' is not executable\n  chmod +x ./rain.R"),
        ("/no/such", "report.toml:6: there is no program '/no/such'\n  install it, or correct"),
    ],
)
def test_a_missing_program_is_named_with_the_way_out(program: str, message: str) -> None:
    with pytest.raises(ReportError) as error:
        list(inputs.program_candidates(part(program)))
    assert str(error.value).startswith(message)


def test_the_version_is_what_a_program_outside_the_report_prints(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for place, version in ((folder, ""), (tmp_path_factory.mktemp("elsewhere"), "tool 1.2")):
        program = place / "tool"
        program.write_text('#!/bin/sh\ntouch here\necho "tool 1.2"\necho more\n', encoding="utf-8")
        program.chmod(0o755)
        assert inputs.version_of(program) == version
    assert not Path("here").exists()
    program.write_text("#!/bin/sh\necho unknown option\nexit 1\n", encoding="utf-8")
    assert inputs.version_of(program) == ""
