"""`make tensorboard` from its start to Ctrl-C, with its page in a browser. The tests depend on their order."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.end_to_end.browser import Page, open_page
from tests.end_to_end.conftest import PYTHON, Checkout, typed_by_hand

pytestmark = pytest.mark.slow

PROFILE = '[profiles.live]\nfolder = "build/live"'
EXPERIMENT = "denoising_autoencoder"
SETTINGS = {
    "hidden": "[64]",
    "training_images": 4000,
    "validation": 200,
    "test_images": 40,
    "images_per_position": 1,
    "tuning_images": 2,
}
EPOCHS = 6
ADDRESS = re.compile(r"TensorBoard shows build/live/tensorboard at (http://localhost:\d+/)")

CARDS = """
(() => {
  const levels = image => {
    const [width, height] = [image.naturalWidth, image.naturalHeight];
    if (!width) return 0;
    const canvas = new OffscreenCanvas(width, height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    return new Set(canvas.getImageData(0, 0, width, height).data).size;
  };
  const tag = ([group, name]) => name?.startsWith('/') ? group + name : group;
  return [...document.querySelectorAll('scalar-card, image-card')].map(card => ({
    name: tag(card.innerText.split('\\n')),
    lines: [...card.querySelectorAll('.series-view > svg > path')].map(path => path.getAttribute('d')),
    levels: Math.max(0, ...[...card.querySelectorAll('img')].map(levels)),
  }));
})()
"""
"""For each card: its tag, its lines in SVG, and the number of different pixel values in its picture."""

GROUPS = "document.querySelectorAll('button.group-toolbar')"
EXPAND = f"{GROUPS}.forEach(group => group.querySelector('[data-mat-icon-name=expand_more_24px]') && group.click())"


@dataclass(frozen=True)
class Board:
    """A running `make tensorboard`, its page and its output."""

    process: subprocess.Popen
    log: Path
    page: Page
    address: str

    def until(self, condition: str, seconds: float = 120) -> None:
        """Press the page's reload button, as a reader does, until a JavaScript condition is true."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(condition):
            assert time.monotonic() < end, f"not true in {seconds} s: {condition}\n{self.page.text()}"
            self.page.evaluate("document.querySelector('.reload-button').click()")
            time.sleep(1)

    def cards(self) -> dict[str, dict[str, Any]]:
        """The cards of the page by tag, after they are drawn and loaded."""
        self.page.evaluate(EXPAND)
        mine = f"({CARDS}).filter(card => card.name.startsWith('denoiser/'))"  # a curve with one point has no line
        self.page.until(f"{mine}.length >= 3 && {mine}.every(card => card.lines.length || card.levels)")
        return {card["name"]: card for card in self.page.evaluate(CARDS)}


@pytest.fixture(scope="module")
def board(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    folder = tmp_path_factory.mktemp("board")
    with checkout.appended("manifest", PROFILE), (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [PYTHON, "-m", "texloom", "tensorboard", "--profile", "live", "--port", "0"],
            cwd=checkout.folder,
            env={name: value for name, value in typed_by_hand().items() if "DISPLAY" not in name},
            stdout=log,
            stderr=log,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell ignores it in the background
        )
        try:
            address = said(process, folder / "log")
            with open_page(folder / "profile") as page:
                page.open(address)
                yield Board(process, folder / "log", page, address)
        finally:
            process.kill()
            process.wait()


def said(process: subprocess.Popen, log: Path, seconds: float = 60) -> str:
    """The address that the command prints, as soon as it is printed."""
    end = time.monotonic() + seconds
    while not (found := ADDRESS.match(log.read_text(encoding="utf-8"))):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < end, log.read_text(encoding="utf-8")
        time.sleep(0.05)
    return found[1]


def training(epochs: int, seed: int) -> list[str]:
    """The command of a small training that writes into the displayed folder."""
    settings = [option for name, value in SETTINGS.items() for option in ("--set", f"{name}={value}")]
    command = [PYTHON, "-m", "experiments", "train", EXPERIMENT, "--smoke", "--build", "build/live"]
    return [*command, "--seed", str(seed), "--set", f"epochs={epochs}", *settings]


def history(checkout: Checkout) -> dict[str, np.ndarray]:
    """The history that the training stored: columns by name, a row for each epoch."""
    text = (checkout.folder / f"build/live/runs/{EXPERIMENT}/seed-0/history.csv").read_text(encoding="utf-8")
    header, *rows = [line.split(",") for line in text.splitlines()]
    return dict(zip(header, np.array(rows, float).T, strict=True))


def corners(line: str) -> np.ndarray:
    """The vertices of an SVG line in pixels, shape (n, 2)."""
    return np.array([corner.split(",") for corner in line.removeprefix("M").split("L")], float)


def test_before_anything_is_written_it_says_so_and_waits(board: Board) -> None:
    board.page.until("document.body?.innerText.includes('No dashboards are active')")
    first, *rest = board.log.read_text(encoding="utf-8").splitlines()
    ends = "(reload with ⟳, stop with Ctrl-C here)"
    assert first == f"TensorBoard shows build/live/tensorboard at {board.address} {ends}"
    assert rest == ["  no data yet: curves appear when a training starts (make, in another terminal)"]


def test_the_curves_are_those_of_the_training_and_its_pictures_are_loaded(board: Board, checkout: Checkout) -> None:
    finished = checkout.run(*training(EPOCHS, seed=0))
    assert finished.returncode == 0, finished.stderr
    board.until(f"{GROUPS}.length == 4")  # one for each network
    shown, kept = board.cards(), history(checkout)
    if folder := os.environ.get("SCREENSHOTS"):
        board.page.screenshot(Path(folder) / "tensorboard.png")
    assert f"{EXPERIMENT}/seed-0" in board.page.text()
    assert {"denoiser/loss", "denoiser/validation_loss", "denoiser/clean, noisy, denoised"} <= set(shown)
    # of 256 greys; a truncated picture has one or two
    assert shown["denoiser/clean, noisy, denoised"]["levels"] > 50
    for name in ("denoiser_loss", "denoiser_validation_loss"):
        lines = shown[name.replace("_", "/", 1)]["lines"]
        assert len(lines) == 2  # raw, and smoothed
        x, y = corners(lines[0]).T
        each = len(x) // EPOCHS  # points of an epoch, whose mean was stored
        assert len(x) == each * EPOCHS > 0, name
        assert np.corrcoef(x[each - 1 :: each], kept["epoch"])[0, 1] > 0.9999, name
        means = y.reshape(EPOCHS, each).mean(axis=1)  # in pixels from the top
        assert np.corrcoef(means, kept[name])[0, 1] < -0.999, name


def test_another_curve_is_there_while_its_training_runs(board: Board, checkout: Checkout) -> None:
    command = training(epochs=1_000_000, seed=1)
    process = subprocess.Popen(command, cwd=checkout.folder, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        board.until(f"({CARDS}).find(card => card.name == 'denoiser/loss')?.lines.length == 4")
        assert process.poll() is None
        assert f"{EXPERIMENT}/seed-1" in board.page.text()
    finally:
        process.kill()
        process.wait()


def test_ctrl_c_ends_it_without_a_word(board: Board) -> None:
    before = board.log.read_text(encoding="utf-8")
    board.process.send_signal(signal.SIGINT)
    assert board.process.wait(timeout=30) == 0
    assert board.log.read_text(encoding="utf-8") == before
