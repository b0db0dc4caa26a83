"""How a command ends: with its own code, 2 for the author's mistakes, 130 for Ctrl-C, else with a traceback."""

from __future__ import annotations

import pytest

from texloom.commands.entry import run_command
from texloom.errors import ReportError


def test_a_command_that_ends_well_returns(capsys: pytest.CaptureFixture[str]) -> None:
    run_command(lambda: print("done"))
    assert capsys.readouterr() == ("done\n", "")


def test_report_error_ends_a_command_with_2_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> None:
        raise ReportError("report.toml:3", "is wrong", "mend it")

    with pytest.raises(SystemExit) as ended:
        run_command(main)
    assert ended.value.code == 2
    assert capsys.readouterr().err == "report.toml:3: is wrong\n  mend it\n"


def test_interrupt_ends_a_command_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as ended:
        run_command(main)
    assert ended.value.code == 130
    assert capsys.readouterr().err == "interrupted; make goes on from where it was\n"


def test_other_errors_keep_their_traceback() -> None:
    def main() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_command(main)


def test_a_code_that_a_command_exits_with_is_kept() -> None:
    def main() -> None:
        raise SystemExit(5)

    with pytest.raises(SystemExit) as ended:
        run_command(main)
    assert ended.value.code == 5
