"""Each mistake of the catalogue gets one message: the author's place, exit code 2, the last good PDF untouched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .catalogue import DIRECT, KINDS, STATIC
from .mistake import MAKE, Mistake
from .small import Server, Small

LINES = 6
"""Maximum length of a message."""
SAMPLE = 12
"""Of so many mistakes of a kind, `make test` makes one."""
MENDED = 40
"""Of so many mistakes of a kind, one is made in a whole build and mended, and the next build must succeed."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    with Server.started() as server:
        yield Small.new(tmp_path_factory.mktemp("small") / "report", server)


@pytest.fixture
def report(small: Small) -> Iterator[Small]:
    yield small
    small.mend()


def catalogue() -> Iterator[object]:
    for kind, mistakes in KINDS.items():
        for number, mistake in enumerate(mistakes):
            marks = [] if number % SAMPLE == 0 else [pytest.mark.slow]
            yield pytest.param(kind, mistake, number, id=f"{kind}-{number}", marks=marks)


@pytest.mark.parametrize(("kind", "mistake", "number"), catalogue())
def test_a_mistake_gets_one_message(report: Small, kind: str, mistake: Mistake, number: int) -> None:
    is_whole = mistake.command != MAKE or number % MENDED == 0 or any(part in mistake.name for part in STATIC)
    command = mistake.command if is_whole else DIRECT.get(kind, MAKE)
    before = report.pdf
    mistake.spoil(report.folder)
    place = mistake.place(report.folder)
    code, said = report.run(*command)
    assert (code, said.startswith(place), "Traceback" in said) == (2, True, False), f"{mistake.name}, {place}: {said}"
    assert [words for words in mistake.words if words not in said] == [], f"{mistake.name}: {said}"
    assert len(said.splitlines()) <= LINES, said
    assert report.pdf == before
    if command == MAKE and number % MENDED == 0:
        report.mend_sources()
        assert report.make()[0] == 0
