"""Watching: which edits cause which actions. No training is started; errors are reported and do not end watching."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from texloom.commands import watch
from texloom.commands.building import build as builder
from texloom.errors import ReportError
from texloom.results.places import BuildFolder
from texloom.results.sealed import file_digest, write_sealed
from texloom.staleness import watched
from texloom.staleness.jobs import Job
from texloom.staleness.made_from import MadeFrom

TEXT = Path("theory/alpha_text.tex")
TEMPLATE = Path("templates/sections/toy.tex.j2")
CODE = Path("experiments/toy/train.py")
DRAW = Job("draw", {"experiment": "toy"}, ("experiments/toy/figures.py changed",))
DOCUMENT = Job("document", {}, ("its inputs are rebuilt",))


class Engine:
    """Replaces planning, building and making the document; records the calls."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.done: list[str] = []
        self.mistake: ReportError | None = None
        self.refused = False

    def lint(self) -> None:
        if self.refused:
            sys.exit(2)

    def make_document(self, *_: object, theory_only: bool = False) -> None:
        self.done.append("document")
        if self.mistake:
            raise self.mistake


@pytest.fixture
def engine(project: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    build, texts = BuildFolder(Path("build")), (TEXT, TEMPLATE)
    reads = {"files": {path.as_posix(): file_digest(path) for path in texts}}
    write_sealed(build.made_from("report"), MadeFrom(reads=reads).to_json())
    watched.record("report", "report", build, [], watched.sources())
    monkeypatch.setattr(watch, "plan", lambda _: engine.done.append("plan") or engine.jobs)
    monkeypatch.setattr(watch, "build", lambda *_: engine.done.append("build"))
    monkeypatch.setattr(builder, "publish", lambda *_: engine.done.append("publish"))
    monkeypatch.setattr(builder, "make_document", engine.make_document)
    monkeypatch.setattr(builder, "_lint", engine.lint)
    return engine


def test_text_is_rendered_at_once(engine: Engine) -> None:
    assert watch.refresh([TEXT, TEMPLATE], "report", in_step=True)
    assert engine.done == ["document", "publish"]


@pytest.mark.parametrize(("changed", "in_step"), [([CODE, TEXT], True), ([Path("report.toml")], True), ([TEXT], False)])
def test_all_else_is_planned_and_built(engine: Engine, changed: list[Path], in_step: bool) -> None:
    engine.jobs = [DRAW, DOCUMENT]
    assert watch.refresh(changed, "report", in_step=in_step)
    assert engine.done == ["plan", "build"]


@pytest.mark.parametrize("rule", ["train", "analyse"])
def test_training_is_never_started(engine: Engine, capsys: pytest.CaptureFixture[str], rule: str) -> None:
    engine.jobs = [Job(rule, {"experiment": "toy", "seed": "0"}, ("experiments/toy/train.py changed",)), DOCUMENT]
    assert not watch.refresh([CODE], "report", in_step=True)
    assert engine.done == ["plan"]
    assert capsys.readouterr().out.endswith(
        f"which would first do this:\n  {rule} toy, seed 0: experiments/toy/train.py changed\n"
    )
    assert not watch.refresh([TEXT], "report", in_step=False)  # an edit of text in between does not hide this


def test_data_are_never_fetched_unasked(engine: Engine) -> None:
    engine.jobs = [Job("data", {"name": "digits"}, ("not made yet",)), DOCUMENT]
    assert not watch.refresh([CODE], "report", in_step=True)
    assert engine.done == ["plan"]


def test_an_error_is_reported_and_the_next_edit_is_handled(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    engine.mistake = ReportError("theory/alpha_text.tex:2", "undefined reference")
    assert watch.refresh([TEXT], "report", in_step=True)
    assert capsys.readouterr().err == "theory/alpha_text.tex:2: undefined reference\n  the last good PDF is kept\n"
    engine.mistake = None
    assert watch.refresh([TEXT], "report", in_step=True)
    assert engine.done == ["document", "document", "publish"]


def test_what_make_refuses_is_not_published(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    engine.refused = True
    assert watch.refresh([TEXT], "report", in_step=True)
    assert engine.done == []
    assert capsys.readouterr().err == "  the last good PDF is kept\n"
    engine.refused = False
    assert watch.refresh([TEXT], "report", in_step=True)
    assert engine.done == ["document", "publish"]


def test_it_looks_until_interrupted(engine: Engine) -> None:
    rounds = iter([lambda: None, lambda: TEXT.write_text("longer than before"), lambda: None])

    def wait(_: float) -> None:
        step = next(rounds, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    with pytest.raises(KeyboardInterrupt):
        watch.watch("report", wait=wait)
    assert engine.done == ["plan", "document", "publish"]
