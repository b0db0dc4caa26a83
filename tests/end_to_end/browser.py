"""A headless browser, controlled through the DevTools protocol over a pair of pipes."""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
OPTIONS = (
    *(
        "--headless",
        "--remote-debugging-pipe",
        "--no-first-run",
        "--window-size=1400,2400",
        "--force-device-scale-factor=1",
    ),
    *("--no-sandbox", "--disable-dev-shm-usage"),  # neither is available to root in a container
    "--disable-3d-apis",  # TensorBoard then draws its curves as SVG, which the tests can read
)


def find_browser() -> str:
    """The path of a Chromium-based browser, as engine/setup/browser.sh looks for it."""
    names = [os.environ["CHROME"]] if os.environ.get("CHROME") else [*PROGRAMS, MACOS]
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, "no browser is found; sh engine/setup/browser.sh installs one or says how"
    return found


class Page:
    """An open page in the browser."""

    def __init__(self, commands: IO[bytes], answers: IO[bytes]) -> None:
        self._commands, self._answers, self._numbers = commands, answers, itertools.count(1)
        self._session: dict[str, str] = {}
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        session = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": session["sessionId"]}

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events in between are ignored."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters} | self._session
        self._commands.write(json.dumps(message).encode() + b"\0")
        self._commands.flush()
        while True:
            answer = json.loads(self._read())
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def _read(self) -> bytes:
        """The next message: everything up to the next zero byte."""
        message = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, "the browser has ended"
            message += byte
        return bytes(message)

    def open(self, address: str) -> None:
        self._call("Page.navigate", url=address)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression that JSON can represent."""
        result = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def until(self, expression: str, seconds: float = 60) -> Any:
        """The value of an expression as soon as it is truthy."""
        end = time.monotonic() + seconds
        while not (value := self.evaluate(expression)):
            assert time.monotonic() < end, f"not true in {seconds} s: {expression}\n{self.text()}"
            time.sleep(0.1)
        return value

    def text(self) -> str:
        """The text of the page; empty while it is loading."""
        return self.evaluate("document.body?.innerText ?? ''")

    def screenshot(self, path: Path) -> None:
        """A screenshot as a PNG file."""
        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot")["data"]))


@contextmanager
def open_page(profile: Path) -> Iterator[Page]:
    """An empty page in a new browser, with settings and caches in the folder `profile`."""
    browser_reads, we_write = _pipe()
    we_read, browser_writes = _pipe()
    with (profile.parent / "browser.log").open("wb") as log:
        ends = ((browser_reads, 3), (browser_writes, 4), (log.fileno(), 1), (log.fileno(), 2))
        command = [find_browser(), *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        process = os.posix_spawn(
            command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, ours, its) for ours, its in ends]
        )
    os.close(browser_reads)
    os.close(browser_writes)
    try:
        with os.fdopen(we_write, "wb") as commands, os.fdopen(we_read, "rb") as answers:
            yield Page(commands, answers)
    finally:
        os.waitpid(process, 0)  # it ends when the pipes are closed


def _pipe() -> tuple[int, int]:
    """The read and write ends of a pipe, with numbers above 3 and 4, which the browser uses."""
    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
