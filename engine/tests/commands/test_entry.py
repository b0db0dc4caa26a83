"""How a command ends: its message, its exit code, and what the surrounding build records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from texloom.machine.interrupts import MARK
from texloom.machine.stage_errors import STAGE_ERRORS

PREAMBLE = """
import sys
from texloom.commands.entry import run_command
def main():
"""
LIMIT = 2000
"""Maximum size of a file in bytes."""


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (
            "file = open('/dev/full', 'w'); file.write('x'); file.flush()",
            2,
            "/dev/full: cannot be written: No space left on device\n",
        ),
        ("print('done')", 0, ""),
        ("raise SystemExit(5)", 5, ""),
        (
            "from texloom.errors import ReportError; raise ReportError('report.toml:3', 'is wrong', 'mend it')",
            2,
            "report.toml:3: is wrong\n  mend it\n",
        ),
        ("raise KeyboardInterrupt", 130, "interrupted; run make again to continue\n"),
        ("raise ValueError('ours')", 1, "Traceback"),
        ("raise BaseException('of a library in Rust')", 1, "Traceback"),
        ("open('missing')", 1, "Traceback"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
            130,
            "interrupted; run make again to continue\n",
        ),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGHUP)",
            130,
            "interrupted; run make again to continue\n",
        ),
    ],
)
def test_how_a_command_ends(root: Path, body: str, code: int, said: str) -> None:
    restore = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)"  # under nohup the tests ignore this signal
    script = f"{restore}{PREAMBLE}    {body}\nrun_command(main)"
    finished = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True)
    assert finished.returncode == code
    assert finished.stderr.startswith(said)
    assert bool(finished.stderr) == bool(said)
    assert ("Traceback" in finished.stderr) == (said == "Traceback")


AUTHOR = """
import numpy as np
from texloom.errors import ReportError


def analyse(how):
    return np.asarray([1]) / helper(how)


def helper(how):
    if how == "refused":
        raise ReportError("metric 'loss'", "is nan", "see why")
    raise ValueError("too\\nfew")
"""


def run_author_s(root: Path, folder: Path, how: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a stage whose code is in the author's folder and fails."""
    (folder / "experiments").mkdir(exist_ok=True)
    (folder / "experiments" / "toy.py").write_text(AUTHOR, encoding="utf-8")
    script = f"import sys; sys.path.insert(0, ''){PREAMBLE}    from experiments import toy; toy.analyse({how!r})\n"
    command = [sys.executable, "-c", f"{script}run_command(main)", *arguments]
    environment = os.environ | {"PYTHONPATH": str(root / "engine")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_an_exception_in_the_author_s_code_shows_only_this_and_names_the_whole_traceback(
    root: Path, tmp_path: Path
) -> None:
    finished = run_author_s(root, tmp_path, "failed", "analyse", "toy", "--build", "build", "--seed", "2")
    log = ".snakemake/tracebacks/analyse-toy-seed-2.log"
    assert (finished.returncode, finished.stderr.splitlines()) == (
        2,
        [
            "experiments/toy.py:13: analyse toy, seed 2: ValueError: too few",
            '  in helper: raise ValueError("too\\nfew")',
            "  called from experiments/toy.py:7 in analyse",
            f"  the whole traceback: {log}",
        ],
    )
    kept = (tmp_path / log).read_text(encoding="utf-8")
    assert kept.startswith("Traceback")
    assert "entry.py" in kept


def test_an_error_in_the_author_s_code_says_where_and_of_which_run(root: Path, tmp_path: Path) -> None:
    finished = run_author_s(root, tmp_path, "refused", "train", "toy")
    assert (finished.returncode, finished.stderr) == (
        2,
        "experiments/toy.py:12: metric 'loss': is nan\n  see why\n",
    )


def test_an_error_of_syntax_names_its_line(root: Path, tmp_path: Path) -> None:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "broken.py").write_text("x = 1\nif x\n", encoding="utf-8")
    script = f"import sys; sys.path.insert(0, ''){PREAMBLE}    from experiments import broken\nrun_command(main)"
    environment = os.environ | {"PYTHONPATH": str(root / "engine")}
    command = [sys.executable, "-c", script, "figures", "toy"]
    finished = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert finished.stderr.startswith("experiments/broken.py:2: is not Python: ")


FIGURE = f"""
    import resource
    from pathlib import Path
    from texloom.results import fonts, plotting
    figure = plotting.new_figure(height=1)
    figure.text(0, 0, "in a font, which the file carries")
    fonts.computer_modern()  # is also written, into a temporary folder
    resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, {LIMIT}))
    plotting.save(figure, Path(sys.argv[1]))
run_command(main)
"""


def test_a_library_that_fails_on_top_of_it_does_not_hide_it(root: Path, tmp_path: Path) -> None:
    """For example, matplotlib then cannot close its file, which is another error."""
    command = [sys.executable, "-c", PREAMBLE + FIGURE, str(tmp_path / "fit.pdf")]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert finished.returncode == 2
    assert finished.stderr.startswith(f"{tmp_path}/fit.pdf: cannot be written: File too large\n  free some space (")
    assert "Traceback" not in finished.stderr


def test_a_stage_of_a_build_leaves_it_to_the_build_to_say_that_it_was_interrupted(root: Path) -> None:
    script = f"{PREAMBLE}    raise KeyboardInterrupt\nrun_command(main)"
    marked = os.environ | {MARK: "somewhere"}
    finished = subprocess.run([sys.executable, "-c", script], cwd=root, env=marked, capture_output=True, text=True)
    assert (finished.returncode, finished.stderr) == (130, "")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise ReportError('a', 'b')", True),
        ("1 / 0", True),
        ("raise BaseException('of a library in Rust')", True),
        ("sys.exit(0)", False),
    ],
)
def test_a_build_knows_whether_its_stage_has_reported_its_error(
    root: Path, tmp_path: Path, body: str, told: bool
) -> None:
    (tmp_path / STAGE_ERRORS).parent.mkdir()
    script = f"from texloom.errors import ReportError{PREAMBLE}    {body}\nrun_command(main)"
    marked = os.environ | {MARK: str(tmp_path)}
    finished = subprocess.run([sys.executable, "-c", script], cwd=root, env=marked, capture_output=True, text=True)
    assert bool(finished.stderr) == told
    assert (tmp_path / STAGE_ERRORS).exists() == told


def test_what_is_ignored_stays_ignored(root: Path) -> None:
    """nohup, for example, ignores SIGHUP."""
    script = f"import os, signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n{PREAMBLE}    "
    script += "from texloom.machine import processes; os.kill(os.getpid(), signal.SIGHUP)\n"
    script += "    processes.run(['sh', '-c', 'kill -HUP $PPID'])\nrun_command(main)"
    assert subprocess.run([sys.executable, "-c", script], cwd=root).returncode == 0


INTERRUPTED = "interrupted; run make again to continue\n"
TWICE = """
    try:
        os.kill(os.getpid(), signal.{first})
    finally:
        print("putting away", flush=True)
        try:
            os.kill(os.getpid(), signal.{second})
        except KeyboardInterrupt:  # a library swallows it
            pass
        print("not reached")
"""
SWALLOWED = """
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        raise ImportError("as numpy says it") from None
"""


def signalled(root: Path, body: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command with the main function `body` that handles signals wherever the tests run."""
    hear = "import os, signal; signal.signal(2, signal.default_int_handler); signal.signal(1, signal.SIG_DFL)"
    script = f"{hear}{PREAMBLE}{body}\nrun_command(main)"
    return subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=os.environ | environment, capture_output=True, text=True
    )


@pytest.mark.parametrize(("first", "second"), [("SIGINT", "SIGINT"), ("SIGTERM", "SIGTERM"), ("SIGINT", "SIGHUP")])
def test_a_second_signal_ends_it_at_once_with_the_same_line(root: Path, first: str, second: str) -> None:
    finished = signalled(root, TWICE.format(first=first, second=second))
    assert (finished.returncode, finished.stdout, finished.stderr) == (130, "putting away\n", INTERRUPTED)


def test_a_signal_that_a_library_takes_for_an_error_of_its_own_is_still_one(root: Path) -> None:
    finished = signalled(root, SWALLOWED)
    assert (finished.returncode, finished.stderr) == (130, INTERRUPTED)


COMMANDS = {
    "texloom": "engine/texloom/__main__.py",
    "experiments": "engine/texloom/scaffold/files/report/experiments/__main__.py",
}
"""The files that `python -m` runs; the file of the stages is that of a new report."""


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_in_the_first_imports_is_one_line(root: Path, tmp_path: Path, sent: str, command: str) -> None:
    """argparse is the first slow import; here it is replaced by a module that sends a signal."""
    (tmp_path / "argparse.py").write_text(f"import os, signal\nos.kill(os.getpid(), signal.{sent})\n")
    hear = "import signal; signal.signal(2, signal.default_int_handler); signal.signal(1, signal.SIG_DFL)"
    script = f"import runpy, sys; {hear}; sys.path.insert(0, {str(tmp_path)!r}); sys.modules.pop('argparse', None)"
    script += f"; runpy.run_path({COMMANDS[command]!r}, run_name='__main__')"
    finished = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True)
    assert (finished.returncode, finished.stdout, finished.stderr) == (130, "", INTERRUPTED)


def test_the_first_of_two_failed_stages_prints_its_error_and_both_are_recorded(root: Path, tmp_path: Path) -> None:
    (tmp_path / STAGE_ERRORS).parent.mkdir()
    said = [
        signalled(root, body, **{MARK: str(tmp_path)}).stderr
        for body in ("    from texloom.errors import ReportError; raise ReportError('a', 'b', 'c')", "    1 / 0")
    ]
    assert said == ["a: b\n  c\n", ""]
    assert [json.loads(line)[1] for line in (tmp_path / STAGE_ERRORS).read_text().splitlines()] == [
        "a: b",
        "ZeroDivisionError: division by zero",
    ]


def test_a_name_that_is_not_utf_8_is_printed(tmp_path: Path) -> None:
    (tmp_path / "command.py").write_text(f"{PREAMBLE}    print('own/a\\udcff')\nrun_command(main)\n")
    environment = os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
    ended = subprocess.run(
        [sys.executable, "command.py"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "own/a\\udcff\n", "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("redirection", "reason"), [("| true", "Broken pipe"), (">/dev/full", "No space left on device"), (">&-", "")]
)
def test_a_closed_output_gives_one_message(root: Path, redirection: str, reason: str, unbuffered: str) -> None:
    script = f"{PREAMBLE}    import time; time.sleep(0.3); print('said')\nrun_command(main)"
    command = f'set -o pipefail; "{sys.executable}" -c "$SCRIPT" {redirection}'
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered, "SCRIPT": script}
    finished = subprocess.run(["bash", "-c", command], cwd=root, env=environment, capture_output=True, text=True)
    told = f"the output: cannot be written: {reason}\n  make sure that the program or file that receives the output "
    told += "accepts it, then start the command again; finished results are kept\n"
    assert (finished.returncode, finished.stderr) == ((2, told) if reason else (0, ""))


def test_a_folder_whose_path_is_not_utf8_is_refused_by_name(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / os.fsdecode(b"r\xff")
    folder.mkdir()
    script = f"import sys; sys.path.insert(0, {str(root / 'engine')!r}){PREAMBLE}    print('built')\nrun_command(main)"
    finished = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True)
    assert (finished.returncode, finished.stdout) == (2, b"")
    assert finished.stderr.endswith(b"is a path that is not UTF-8, which some libraries do not support\n  rename it\n")
