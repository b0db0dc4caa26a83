"""Progress without a terminal: a few plain lines, with loss and remaining time."""

from __future__ import annotations

import pytest

pytest.importorskip("tqdm")

from texloom.training.progress import Progress


class Clock:
    """A clock that advances when set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_line_each_interval_and_one_at_the_end(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("gan, seed 0", 100, interval=15, clock=clock) as progress:
        for done in range(10, 101, 10):
            clock.now += 10
            progress.update(done, 1 / done)
    assert capsys.readouterr().err.splitlines() == [
        "gan, seed 0: 20 %, loss 0.05, 1 min 20 s left",
        "gan, seed 0: 40 %, loss 0.025, 1 min 0 s left",
        "gan, seed 0: 60 %, loss 0.01667, 40 s left",
        "gan, seed 0: 80 %, loss 0.0125, 20 s left",
        "gan, seed 0: 100 %, loss 0.01, done in 1 min 40 s",
    ]


def test_an_evaluation_has_no_loss(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("3000 images", 3000, unit="images", clock=clock) as progress:
        clock.now += 20
        progress.update(1000)
        clock.now += 40
        progress.update(3000)
    assert capsys.readouterr().err == "3000 images: 33 %, 40 s left\n3000 images: 100 %, done in 1 min 0 s\n"


def test_a_resumed_training_estimates_from_its_own_steps(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("gan", 100, start=80, interval=15, clock=clock) as progress:
        clock.now += 30
        progress.update(90, 0.5)
    assert capsys.readouterr().err == "gan: 90 %, loss 0.5, 30 s left\n"


def test_a_quick_training_prints_one_line(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("gan", 3, interval=15, clock=clock) as progress:
        for done in (1, 2, 3):
            clock.now += 1
            progress.update(done, 2.0)
    assert capsys.readouterr().err == "gan: 100 %, loss 2, done in 3 s\n"


def test_on_a_terminal_it_is_a_bar(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with Progress("gan", 4, start=1, clock=clock) as progress:
        progress.update(3, 0.25)
        assert progress._bar is not None
        assert progress._bar.n == 3
    shown = capsys.readouterr().err
    assert "3/4 steps" in shown
    assert "\n" not in shown.rstrip("\n")


def test_trainings_that_share_a_terminal_print_lines(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TQDM_DISABLE", "1")
    with Progress("gan", 3, clock=clock) as progress:
        progress.update(3, 2.0)
    assert capsys.readouterr().err == "gan: 100 %, loss 2, done in 0 s\n"
