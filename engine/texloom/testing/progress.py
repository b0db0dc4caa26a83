"""Progress of a test run: the running tests on a terminal, the test files in a log, and each failure at once."""

from __future__ import annotations

import shutil
from collections.abc import Generator

import pytest


class Progress:
    """Replaces pytest's dots by one line that is rewritten on a terminal, and by a line for each test file in a log."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self.reporter = reporter
        self.running: list[str] = []
        self.files: set[str] = set()
        self.finished = 0

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self.session = session

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, tuple[str, str, str], tuple[str, str, str]]:
        category, _letter, word = yield
        return category, "", word

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.running.append(nodeid)
        file = nodeid.partition("::")[0]
        if not self.reporter.isatty and file not in self.files:
            self.reporter.write_line(f"{self.percent()} {file}")
        self.files.add(file)
        self.show()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.clear()
            self.reporter.write_line(f"{'FAILED' if report.when == 'call' else 'ERROR'} {report.nodeid}", red=True)
            self.show()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.running.remove(nodeid)
        self.finished += 1
        if self.running:
            self.show()

    def pytest_sessionfinish(self) -> None:
        self.clear()

    def percent(self) -> str:
        # also xdist's controller knows the number of tests before the first one starts
        return f"[{100 * self.finished // self.session.testscollected:3d}%]"

    def show(self) -> None:
        if self.reporter.isatty:
            line = f"{self.percent()} {' | '.join(self.running)}"
            self.reporter.rewrite(line[: shutil.get_terminal_size().columns - 1], erase=True)

    def clear(self) -> None:
        if self.reporter.isatty:
            self.reporter.rewrite("", erase=True)
            self.reporter.rewrite("")
