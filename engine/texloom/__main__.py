"""The engine's commands.

python -m texloom build report            what `make all` runs: everything out of date, then the PDF
python -m texloom check --out checks.json the checks of the written answers
python -m texloom document --profile report
python -m texloom why
"""

from __future__ import annotations

from texloom.machine import first

if __name__ == "__main__":  # before the other imports
    first.begin()

import argparse
import importlib
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from texloom.commands.entry import run_command


def check(options: argparse.Namespace) -> None:
    """Run the checks of all written answers and store the results."""
    from texloom import manifest
    from texloom.document import checks
    from texloom.staleness import environment
    from texloom.staleness.keys import checks_key
    from texloom.staleness.made_from import making

    environment.fix()
    fragments = manifest.load().fragments
    with making(checks_key(fragments), [options.out] if options.out else []) as made:
        results = checks.run([(Path("theory") / f"{name}.tex").absolute() for name in fragments])
    if options.out:
        checks.write(results, options.out, made.finish().to_json())


def lint(_: argparse.Namespace) -> None:
    """Check that the metrics used in templates and headlines are declared; needs no finished runs."""
    from texloom import manifest
    from texloom.document import lint as linting

    linting.lint(manifest.load())


def theory_figures(options: argparse.Namespace) -> None:
    """Draw the figures of the written answers."""
    from texloom import manifest
    from texloom.results.places import FIGURE_INDEX
    from texloom.results.sealed import file_digest, write_sealed
    from texloom.staleness import environment
    from texloom.staleness.keys import theory_figures_key
    from texloom.staleness.made_from import making

    environment.fix()
    from texloom.commands import drawn as drawings  # after fix(), because it imports matplotlib
    from texloom.results import plotting

    files: dict[str, Path] = {}
    fragments = manifest.load().fragments
    with making(theory_figures_key(fragments), [options.out]) as made:
        for name in fragments:
            if not (beside := manifest.theory_module(name)):
                continue
            module = importlib.import_module(beside)
            with plotting.style():
                drawn = drawings.returned(module, "figures") if hasattr(module, "figures") else {}
                drawings.draw(module, drawn, options.out / name)
            files |= {f"{name}/{figure_name}.pdf": options.out / name / f"{figure_name}.pdf" for figure_name in drawn}
    digests = {name: file_digest(path) for name, path in files.items()}
    write_sealed(options.out / FIGURE_INDEX, {"of": options.out.name, "files": digests, **made.finish().to_json()})


def document(options: argparse.Namespace) -> None:
    """Render the LaTeX sources and compile them."""
    from texloom import manifest
    from texloom.document.document import make_document

    report = manifest.load()
    pdf = make_document(report, report.profile(options.profile), theory_only=options.theory)
    print(f"document: {pdf} ({pdf.stat().st_size / 1e6:.1f} MB)")


def build(options: argparse.Namespace) -> None:
    """Rebuild what is out of date."""
    from texloom.commands.clean import tidy_up
    from texloom.staleness import stamps

    started = time.perf_counter()
    known = stamps.changed_since_built(options.target, options.profile)
    if known and not (known.changed or options.force or options.experiment):  # the build checks its name
        if known.committed and options.target == "report":
            from texloom.commands.building.publish import store_summary
            from texloom.results.places import BuildFolder

            with suppress(OSError):  # on a full disk the next build of the commit stores it
                store_summary(BuildFolder(known.public.parent))
                stamps.remember_commit(options.target, options.profile)
        tidy_up(known.public.parent)
        print(f"{known.public} is up to date ({time.perf_counter() - started:.1f} s)")
        return
    from texloom.staleness import environment

    environment.fix_start()
    from texloom.commands.building import build as builder

    builder.build(options.target, options.profile, experiment=options.experiment, force=options.force)


def watch(options: argparse.Namespace) -> None:
    """Rebuild the PDF after each edit; never start a training."""
    from texloom.commands.watch import watch as keep_watching

    keep_watching(options.profile)


def tensorboard(options: argparse.Namespace) -> None:
    """Show curves and images of the trainings in TensorBoard, also while they run."""
    from texloom import manifest
    from texloom.commands.tensorboard import show

    show(manifest.load().profile(options.profile).build, options.port)


def why(options: argparse.Namespace) -> None:
    """Report what would be rebuilt, and which inputs changed."""
    from texloom.commands.building.why import why as say_why

    say_why(options.profile)


def accept(options: argparse.Namespace) -> None:
    """Accept finished runs as up to date in spite of a change; the provenance prints the reason."""
    from texloom.commands.accept import accept as accept_change

    accept_change(options.experiment, options.reason, options.profile)


def bundle(options: argparse.Namespace) -> None:
    """Pack the finished report into one zip: the PDF and LaTeX sources that compile elsewhere."""
    from texloom import manifest
    from texloom.commands import bundle as bundles
    from texloom.document.tex.compile import PROGRAM_OPTIONS
    from texloom.machine.lock import build_lock

    report = manifest.load()
    build = report.profile(options.profile).build
    with build_lock():  # a build would replace the files that are packed
        names = bundles.write_bundle(build)
    command = f"latexmk {PROGRAM_OPTIONS[report.report.engine]} report.tex"
    content = f"{len(names)} files, {build.bundle.stat().st_size / 1e6:.1f} MB"
    print(f"{build.bundle} is ready: {content}; compile it with {command} in its folder source/")


def tangle(options: argparse.Namespace) -> None:
    """Convert an experiment to a notebook and run it."""
    from texloom import manifest
    from texloom.data import declared
    from texloom.errors import ReportError, closest
    from texloom.notebook.execute import execute, write_notebook
    from texloom.notebook.programs import program_notebook
    from texloom.notebook.tangle import tangle as tangled
    from texloom.results.runs import Runs
    from texloom.results.sealed import file_digest, write_sealed
    from texloom.staleness.keys import notebook_key

    report = manifest.load()
    profile = report.profile(options.profile)
    parts = report.limited(profile).experiments
    if options.name not in parts:
        raise ReportError("report.toml", f"has no experiment '{options.name}'", closest(options.name, parts))
    key = notebook_key(report.limited(profile), profile, options.name)
    record = profile.build.tangled_record(options.name)
    record.unlink(missing_ok=True)
    part, reads = parts[options.name], {}
    if part.command:
        write_notebook(program_notebook(part, Runs.load(profile.build.folder, options.name, part.seeds)), options.out)
    else:
        data = {name: report.data[name].source for name in declared.names(options.name)}
        reads = execute(tangled(part, data=data, smoke=profile.smoke), options.out.absolute(), must_load=True)
    files = {options.out.name: file_digest(options.out)}
    write_sealed(record, {"files": files, **replace(key, reads=reads).to_json()})


def diff(options: argparse.Namespace) -> None:
    """Print which metrics, claims and figures differ from the build of another commit."""
    from texloom import manifest
    from texloom.document import summary

    build = manifest.load().profile(options.profile).build
    before, after = summary.of_revision(options.revision, build), summary.Summary.read(build.summary)
    print(summary.as_text(summary.compare(before, after)))


def verify(options: argparse.Namespace) -> None:
    """Check a report's PDF against the evidence inside it, and against the runs here; executes nothing from it."""
    from texloom.commands import verify as verifying

    if options.answer:
        from texloom.verify import page

        page.check_path(options.answer)
    answer = verifying.verify(options.pdf, options.profile, train=options.train, sources=options.sources)
    conclusion = verifying.conclusion(options.pdf, answer)
    print(f"{answer.to_text()}\n{conclusion}")
    if options.answer:
        page.write_page(options.answer, options.pdf, answer, conclusion)
    sys.exit(0 if answer.agrees else 1)


def quick(_options: argparse.Namespace) -> None:
    """Run the tests of files changed in the working tree or, if there are none, in the last commit."""
    from texloom.commands import quick as tests

    sys.exit(tests.run(tests.changed_files()))


def new(options: argparse.Namespace) -> None:
    """Add a working experiment, or create a whole new report, as a starting point."""
    from texloom.commands import new as scaffold

    scaffold.new(options.name, options.kind, options.report)


def add(options: argparse.Namespace) -> None:
    """Add a package that the author's code imports to pyproject.toml and, with hashes, to the lock."""
    from texloom.commands import dependencies

    dependencies.add(options.packages)


def remove(options: argparse.Namespace) -> None:
    """Remove a package from pyproject.toml, and packages that are no longer required from the lock."""
    from texloom.commands import dependencies

    dependencies.remove(options.packages)


def clean(_: argparse.Namespace) -> None:
    """Remove results; a user's own files, the environment and data stay."""
    from texloom.commands.clean import clean as remove_results

    remove_results()


def distclean(_: argparse.Namespace) -> None:
    """Remove results, .venv and fetched data; a user's own files stay."""
    from texloom.commands.clean import distclean as remove_all

    remove_all()


def parser() -> argparse.ArgumentParser:
    """The command line."""
    main = argparse.ArgumentParser(prog="python -m texloom", description="The engine's commands.")
    commands = main.add_subparsers(required=True, metavar="command")

    def command(name: str, function: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=function.__doc__, description=function.__doc__)
        added.set_defaults(function=function)
        return added

    command("check", check).add_argument("--out", type=Path, help="JSON file to write the results to")
    command("theory-figures", theory_figures).add_argument("--out", type=Path, required=True, help="folder")
    command("lint", lint)
    command("clean", clean)
    command("distclean", distclean)
    documents = command("document", document)
    documents.add_argument("--theory", action="store_true", help="only the written answers")
    command("quick", quick)
    verifying = command("verify", verify)
    verifying.add_argument("pdf", type=Path, help="the PDF of a report")
    verifying.add_argument("--train", action="store_true", help="compare with runs made anew, by the code here")
    verifying.add_argument("--sources", action="store_true", help="rebuild it from the sources inside; asks first")
    verifying.add_argument("--answer", type=Path, help="PDF to write the answer to, on one page")
    building = command("build", build)
    building.add_argument("target", choices=("report", "theory", "figures", "notebooks"), help="what to build")
    building.add_argument("--experiment", default="", help="build only the figures, or notebook, of this experiment")
    building.add_argument("--force", action="store_true", help="rerun even if nothing has changed")
    accepting = command("accept", accept)
    accepting.add_argument("--experiment", default="", help="experiment whose runs to accept")
    accepting.add_argument("--reason", default="", help="why the change cannot matter; the provenance prints it")
    showing = command("tensorboard", tensorboard)
    showing.add_argument("--port", type=int, default=6006, help="port of localhost; 0 for any free one (default 6006)")
    adding = command("new", new)
    adding.add_argument("--name", default="", help="name of the new experiment")
    adding.add_argument("--kind", default="", help="analysis (only numpy, the default) or training (TensorFlow)")
    adding.add_argument("--report", default="", help="folder of a new report; --name names its experiment")
    for changing in (command("add", add), command("remove", remove)):
        changing.add_argument("packages", help="names or requirements such as pandas>=2, separated by spaces")
    tangling = command("tangle", tangle)
    tangling.add_argument("name", help="name of the experiment")
    tangling.add_argument("--out", type=Path, required=True, help="notebook file to write")
    comparing = command("diff", diff)
    comparing.add_argument("revision", help="git revision that was built here")
    for added in (
        accepting,
        comparing,
        tangling,
        documents,
        building,
        showing,
        command("why", why),
        command("bundle", bundle),
        command("watch", watch),
        verifying,
    ):
        added.add_argument("--profile", default="report", help="a profile of report.toml (default report)")
    return main


def main() -> None:
    """Run the requested command.

    Sets the variables of stages first, except for `build`, which must be quick, and for commands that need no .venv.
    """
    options = parser().parse_args()
    if options.function not in (build, clean, distclean):
        from texloom.staleness import environment

        environment.fix_start()
    options.function(options)


if __name__ == "__main__":
    run_command(main)
