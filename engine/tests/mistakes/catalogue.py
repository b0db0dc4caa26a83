r"""The catalogue of mistakes, by kind."""

from __future__ import annotations

from .mistake import (
    CHECKS,
    FIGURES,
    FRAGMENT,
    TEMPLATE,
    Mistake,
    appended,
    changed,
    nothing,
    removed,
    together,
)

BIB, NOTATION, PICTURE = "theory/references.bib", "theory/notation.tex", "theory/photo.png"


def in_template(text: str, *words: str, where: str = "") -> Mistake:
    """A template with a line at its end."""
    return Mistake(text, appended(TEMPLATE, text), where or f"{TEMPLATE}@{text.splitlines()[0]}", words)


def arithmetic() -> list[Mistake]:
    """Arithmetic in templates that means nothing."""
    return [
        in_template(each)
        for each in (
            r"\VAR{1 / 0}",
            r"\VAR{1 % 0}",
            r"\VAR{m.coverage + 'text'}",
            r"\VAR{m.coverage * [1]}",
            r"\VAR{m.coverage ** 'x'}",
            r"\VAR{m.coverage - none}",
            r"\VAR{(-m.coverage) ** 0.5}",
            r"\VAR{m.coverage + m.end_points_deviation}",
            r"\VAR{m.coverage - m.end_points_deviation}",
            r"\VAR{2 ** m.coverage}",
            r"\VAR{m.coverage | sqrt}",
            r"\VAR{m.coverage // 0}",
            r"\VAR{m.coverage % 0}",
            r"\VAR{m.coverage is even}",
            r"\VAR{m.coverage | length}",
            r"\VAR{m.coverage[0]}",
            r"\VAR{m.coverage()}",
            r"\VAR{m.coverage.mean.x}",
            r"\VAR{config.noise + 'x'}",
            r"\VAR{config.noise.x}",
            r"\VAR{seeds[7]}",
            r"\VAR{seeds + 1}",
            r"\VAR{'%d' % m.coverage.name}",
            r"\VAR{10 ** 400 * 1.5}",
            r"\VAR{m.coverage | round('x')}",
            r"\VAR{[m.coverage, 'x'] | sum}",
            r"\VAR{[m.coverage, 'x'] | max}",
            r"\VAR{m.coverage in 3}",
        )
    ]


def checks() -> list[Mistake]:
    """Checks that are wrong."""
    old = "return Absolute(error=abs(line_covariance(UNEVEN)[1, 1] - formula(SIGMA, UNEVEN)), tolerance=1e-12)"
    at, by = f"{CHECKS}:", ("eq:slope-variance",)
    returned = {
        "raises": "raise ValueError('no')",
        "divides by 0": "return 1 / 0",
        "a number": "return 0.5",
        "nothing": "pass",
        "true": "return True",
        "an array": "return np.zeros(3)",
        "a complex error": "return Absolute(error=1j, tolerance=1e-12)",
        "an array as error": "return Absolute(error=np.zeros(3), tolerance=1e-12)",
        "an error None": "return Absolute(error=None, tolerance=1e-12)",
        "an error NaN": "return Absolute(error=float('nan'), tolerance=1e-12)",
        "a negative error": "return Absolute(error=-1.0, tolerance=1e-12)",
        "an error of text": "return Absolute(error='0', tolerance=1e-12)",
        "no tolerance": "return Absolute(error=0.0)",
        "a tolerance of text": "return Absolute(error=0.0, tolerance='1e-3')",
        "a tolerance None": "return Absolute(error=0.0, tolerance=None)",
        "a tolerance infinite": "return Absolute(error=0.0, tolerance=float('inf'))",
        "a relative tolerance of 1": "return Relative(error=0.5, tolerance=1.0)",
        "a tolerance NaN": "return Absolute(error=0.0, tolerance=float('nan'))",
        "a negative tolerance": "return Absolute(error=0.0, tolerance=-1.0)",
        "Measured itself": "return Measured(0.0, 1.0)",
        "the class": "return Absolute",
        "fails": "return Absolute(error=1.0, tolerance=1e-12)",
        "symbolic text": "return Symbolic('x')",
        "symbolic half": "return Symbolic(0.5)",
        "symbolic bool": "return Symbolic(True)",
        "Monte Carlo of 0": "return MonteCarlo(0.0, 0.0)",
        "Monte Carlo infinite": "return MonteCarlo(0.0, float('inf'))",
        "Monte Carlo text": "return MonteCarlo(0.0, 'x')",
        "Monte Carlo above 1": "return MonteCarlo(0.1, 3.0)",
        "sys.exit": "import sys; sys.exit(3)",
        "exits well": "raise SystemExit",
        "yields": "yield Absolute(0.0, 1e-9)",
    }
    imported = changed(
        CHECKS,
        "import Absolute, Measured, verifies",
        "import Absolute, Measured, MonteCarlo, Relative, Symbolic, verifies",
    )
    head = '@verifies("eq:slope-variance", how="pseudo-inverse of the design matrix, five unevenly spaced places")'
    fails_in = {"raises", "divides by 0", "sys.exit", "exits well", "no tolerance"}
    return [
        *(
            Mistake(
                f"a check: {name}",
                together(imported, changed(CHECKS, old, text)),
                f"{CHECKS}@{text}" if name in fails_in else at,
                by,
            )
            for name, text in returned.items()
        ),
        Mistake("@verifies without arguments", changed(CHECKS, head, "@verifies"), f"{CHECKS}:", ("@verifies",)),
        Mistake("@verifies()", changed(CHECKS, head, "@verifies()"), f"{CHECKS}@@verifies()", ("label",)),
        Mistake(
            "@verifies without how",
            changed(CHECKS, head, '@verifies("eq:slope-variance")'),
            f'{CHECKS}@@verifies("eq:slope-variance")',
            ("how",),
        ),
        Mistake("@verifies a number", changed(CHECKS, head, '@verifies(3, how="x")'), f"{CHECKS}:", ()),
        Mistake(
            "how of None", changed(CHECKS, head, '@verifies("eq:slope-variance", how=None)'), f"{CHECKS}:", ("how",)
        ),
        Mistake("how empty", changed(CHECKS, head, '@verifies("eq:slope-variance", how="")'), f"{CHECKS}:", ("how",)),
        Mistake(
            "a label misspelt",
            changed(CHECKS, head, '@verifies("eq:slope-varianc", how="x")'),
            f"{CHECKS}:",
            ("eq:slope-varianc", "closest"),
        ),
        Mistake(
            "a check wants arguments",
            changed(CHECKS, "formula: Callable[..., float] = variance_over_uneven", "formula"),
            f"{CHECKS}:",
            by,
        ),
        Mistake(
            "a check is a class",
            appended(CHECKS, '@verifies("eq:slope-even", how="x")\nclass Again:\n    pass'),
            f"{CHECKS}:",
            (),
        ),
        Mistake(
            "an import that does not exist",
            changed(CHECKS, "import numpy as np", "import numpi as np"),
            f"{CHECKS}@import numpi",
            ("numpi",),
        ),
        Mistake(
            "a name that numpy does not have",
            changed(CHECKS, "import numpy as np", "from numpy import nowhere\nimport numpy as np"),
            f"{CHECKS}@nowhere",
            ("nowhere",),
        ),
        Mistake(
            "a mark without a check",
            appended(FRAGMENT, r"\begin{equation}\label{eq:new}x\checked{eq:new}\end{equation}"),
            f"{FRAGMENT}@eq:new",
            ("has no check",),
        ),
        Mistake(
            "a mark misspelt",
            changed(FRAGMENT, r"\checked{eq:slope-even}", r"\checked{eq:slope-evn}"),
            "theory/first_answer",
            (),
        ),
        Mistake(
            "a name misspelt at import",
            changed(CHECKS, "SIGMA = 0.7", "SIGMA = nowhere"),
            f"{CHECKS}@SIGMA = nowhere",
            ("nowhere",),
        ),
    ]


def drawing() -> list[Mistake]:
    """figures(), tables() and animations()."""
    figures, tables = 'return {"stiffness": stiffness(runs)}', 'return {"comparison": comparison(runs)}'
    begin = f"{FIGURES}:"
    what = {
        "an int": "return 3",
        "a list": "return [stiffness(runs)]",
        "None": "return None",
        "an Axes": "return stiffness(runs).axes[0]",
        "a figure": "return stiffness(runs)",
        "nothing": "pass",
        "a figure None": 'return {"stiffness": None}',
        "a figure that is an Axes": 'return {"stiffness": stiffness(runs).axes[0]}',
        "a figure that is a list": 'return {"stiffness": [stiffness(runs)]}',
        "a figure that is an array": 'return {"stiffness": np.zeros(3)}',
        "a figure not called": 'return {"stiffness": stiffness}',
        "a name that is a number": "return {1: stiffness(runs)}",
        "an empty name": 'return {"": stiffness(runs)}',
        "a name with a slash": 'return {"a/b": stiffness(runs)}',
        "a name with ..": 'return {"../stiffness": stiffness(runs)}',
        "a name with a line break": 'return {"a\\nb": stiffness(runs)}',
        "a name with %": 'return {"a%b": stiffness(runs)}',
        "a name with ~": 'return {"a~b": stiffness(runs)}',
        "a name of 300 letters": 'return {"a" * 300: stiffness(runs)}',
        "a name with a brace": 'return {"a{b": stiffness(runs)}',
        "an array that is not there": 'return {"stiffness": runs[0].arrays["nowhere"]}',
        "a metric that is not there": 'return {"stiffness": runs.metric("coverag")}',
        "a setting that is not there": 'return {"stiffness": runs[0].config["nois"]}',
        "a run that is not there": 'return {"stiffness": runs[7]}',
        "mathtext": 'f = stiffness(runs); f.suptitle(r"$\\frac{1}$"); return {"stiffness": f}',
        "raises": 'raise ValueError("two\\nlines")',
        "a size of 0": 'return {"stiffness": new_figure(height=0)}',
        "a size of NaN": 'return {"stiffness": new_figure(height=float("nan"))}',
        "sys.exit": "import sys; sys.exit('enough')",
        "an attribute that is not there": "return runs.nowhere",
        "a recursion": "return figures(runs)",
        "a history that is not there": 'return {"stiffness": runs[0].history["loss"]}',
        "weights that are not there": 'return {"stiffness": runs[0].weights["w"]}',
    }
    table = {
        "an int": "return 3",
        "a list": "return []",
        "None": "return None",
        "a table None": 'return {"comparison": None}',
        "a list for a table": 'return {"comparison": [[1]]}',
        "a name that is a number": "return {1: comparison(runs)}",
        "an empty name": 'return {"": comparison(runs)}',
        "an array as a cell": 'return {"comparison": Table([("a", ""), ("b", "")], [["x", np.zeros(3)]])}',
        "a list as a cell": 'return {"comparison": Table([("a", ""), ("b", "")], [["x", [1]]])}',
        "a dictionary as a cell": 'return {"comparison": Table([("a", ""), ("b", "")], [["x", {}]])}',
        "rows of unequal length": 'return {"comparison": Table([("a", ""), ("b", "")], [["x"]])}',
        "columns without units": 'return {"comparison": Table(["a", "b"], [["x", 1]])}',
        "a unit None": 'return {"comparison": Table([("a", None)], [["x"]])}',
        "no columns": 'return {"comparison": Table([], [])}',
        "a row that is a number": 'return {"comparison": Table([("a", "")], [3])}',
        "emphasis outside": 'return {"comparison": Table([("a", "")], [["x"]], emphasis=7)}',
        "decimals too few": 'return {"comparison": Table([("a", ""), ("b", "")], [["x", 1]], decimals=[1])}',
        "a complex cell": 'return {"comparison": Table([("a", ""), ("b", "")], [["x", 1j]])}',
        "a null character": 'return {"comparison": Table([("a", "")], [["\\0"]])}',
        "a metric that is not there": 'return {"comparison": Table([("a", "")], [[runs.metric("coverag")]])}',
        "raises": "return {}['x']",
        "a set as a cell": 'return {"comparison": Table([("a", "")], [[{1}]])}',
        "a row that is a text": 'return {"comparison": Table([("a", ""), ("b", "")], ["xy"])}',
    }
    moving = {
        "an int": "return 3",
        "a text": "return {'x': 'y'}",
        "a figure": "return {'x': figures(runs)}",
        "None": "return None",
        "a name with ..": "return {'../x': b'GIF89a'}",
        "a name that is a number": "return {1: b'GIF89a'}",
        "no GIF": "return {'x': b'text'}",
        "empty": "return {'x': b''}",
        "raises": "return {'x': 1 / 0}",
    }
    return [
        *(Mistake(f"figures(): {name}", changed(FIGURES, figures, text), begin, ()) for name, text in what.items()),
        *(Mistake(f"tables(): {name}", changed(FIGURES, tables, text), begin, ()) for name, text in table.items()),
        *(
            Mistake(f"animations(): {name}", appended(FIGURES, f"def animations(runs):\n    {text}"), begin, ())
            for name, text in moving.items()
        ),
        Mistake(
            "a figure taller than a page",
            changed(FIGURES, figures, 'return {"stiffness": new_figure(height=30)}'),
            f"{TEMPLATE}:",
            ("too high",),
        ),
        Mistake(
            "a figure wider than the page",
            changed(FIGURES, figures, 'return {"stiffness": new_figure(height=1, width=20)}'),
            f"{TEMPLATE}:",
            ("too wide",),
        ),
        Mistake("figures missing", changed(FIGURES, "def figures(", "def figurs("), f"{FIGURES}: ", ("figures",)),
        Mistake("tables missing", changed(FIGURES, "def tables(", "def tabls("), f"{FIGURES}: ", ("tables",)),
        Mistake(
            "figures is no function",
            changed(FIGURES, "def figures(", "figures = 3\n\n\ndef figurs("),
            begin,
            ("figures",),
        ),
        Mistake(
            "figures() without runs",
            changed(FIGURES, "def figures(runs: Runs)", "def figures()"),
            f"{FIGURES}@def figures",
            ("figures()",),
        ),
        Mistake(
            "figures() of two arguments",
            changed(FIGURES, "def figures(runs: Runs)", "def figures(runs: Runs, more)"),
            f"{FIGURES}@def figures",
            ("figures()",),
        ),
        Mistake(
            "tables() without runs",
            changed(FIGURES, "def tables(runs: Runs)", "def tables()"),
            f"{FIGURES}@def tables",
            ("tables()",),
        ),
        Mistake("animations is no function", appended(FIGURES, "animations = {}"), begin, ("animations",)),
        Mistake("figures.py is missing", removed(FIGURES), "experiments/spring: ", ("figures.py",)),
        Mistake(
            "an import that is not there",
            changed(FIGURES, "import numpy as np", "import numpi as np"),
            f"{FIGURES}@numpi",
            ("numpi",),
        ),
        Mistake(
            "a name that texloom does not have",
            changed(FIGURES, "import Table\n", "import Tabel\n"),
            f"{FIGURES}@Tabel",
            ("Tabel",),
        ),
    ]


def verbs() -> list[Mistake]:
    """Commands with wrong arguments."""
    new = lambda *options: ("texloom", "new", *options)  # noqa: E731
    command = lambda name, words, *command, where="": Mistake(name, nothing, where, words, ("texloom", *command))  # noqa: E731
    return [
        Mistake(
            "make new REPORT= below a file", nothing, "REPORT: ", ("report.toml",), new("--report", "report.toml/x")
        ),
        Mistake("make new REPORT= a file", nothing, "REPORT: ", ("report.toml",), new("--report", "report.toml")),
        Mistake("make new REPORT= this report", nothing, "REPORT: ", (), new("--report", ".")),
        Mistake("make new REPORT= in this report", nothing, "REPORT: ", (), new("--report", "experiments/x")),
        Mistake("make new REPORT= of no user", nothing, "REPORT: ", (), new("--report", "~nobody-here/x")),
        *(
            Mistake(f"make new NAME={name}", nothing, "NAME: ", (name,), new("--name", name))
            for name in (
                "numpy",
                "texloom",
                "experiments",
                "spring",
                "a b",
                "1a",
                "A-b",
                "class",
                "../x",
                "é",
                "a" * 300,
                "matplotlib",
                "json",
                "test",
                "_",
                "__init__",
                "None",
                "theory",
            )
        ),
        Mistake("make new KIND=", nothing, "KIND: ", ("anlysis",), new("--name", "x", "--kind", "anlysis")),
        Mistake("make new alone", nothing, "make new: ", (), new()),
        command(
            "EXPERIMENT= misspelt",
            ("sprin", "closest"),
            "build",
            "report",
            "--experiment",
            "sprin",
            where="EXPERIMENT: ",
        ),
        command(
            "figures EXPERIMENT= misspelt",
            ("sprin", "closest"),
            "build",
            "figures",
            "--experiment",
            "sprin",
            where="EXPERIMENT: ",
        ),
        command(
            "EXPERIMENT= a written answer",
            ("first_answer",),
            "build",
            "figures",
            "--experiment",
            "first_answer",
            where="EXPERIMENT: ",
        ),
        command(
            "PROFILE= misspelt", ("reprt", "closest"), "build", "report", "--profile", "reprt", where="report.toml: "
        ),
        command("PROFILE= with a blank", ("a b",), "build", "report", "--profile", "a b", where="report.toml: "),
        command("PROFILE= empty", ("profile",), "build", "report", "--profile", "", where="report.toml: "),
        command("PROFILE= a path", ("../x",), "build", "report", "--profile", "../x", where="report.toml: "),
        command("why PROFILE= misspelt", ("reprt",), "why", "--profile", "reprt", where="report.toml: "),
        *(
            command(f"REV={rev}", (rev,), "diff", "--", rev, where="REV: ")
            for rev in ("--help", "nowhere", "", "HEAD~99999", "a b", "-x", "HEAD:report.toml")
        ),
        command("accept without EXPERIMENT", (), "accept", "--reason", "x", where="EXPERIMENT: "),
        command("accept without REASON", (), "accept", "--experiment", "spring", where="REASON: "),
        command(
            "accept EXPERIMENT= misspelt",
            ("sprin",),
            "accept",
            "--experiment",
            "sprin",
            "--reason",
            "x",
            where="EXPERIMENT: ",
        ),
        command("accept of nothing", (), "accept", "--experiment", "spring", "--reason", "x", where="spring: "),
        command("PORT= a text", ("x",), "tensorboard", "--port", "x", where="usage: "),
        command("PORT= too high", ("99999",), "tensorboard", "--port", "99999", where="PORT: "),
        command("PORT= negative", ("-1",), "tensorboard", "--port=-1", where="PORT: "),
        Mistake(
            "a stage of an unknown experiment",
            nothing,
            "experiments: ",
            ("sprin", "closest"),
            ("experiments", "analyse", "sprin"),
        ),
        Mistake("train of an analysis", nothing, "experiments/spring: ", (), ("experiments", "train", "spring")),
        Mistake(
            "--set of an unknown setting",
            nothing,
            "--set: ",
            ("nois", "closest"),
            ("experiments", "analyse", "spring", "--set", "nois=1"),
        ),
        Mistake(
            "--set out of range",
            nothing,
            "--set: ",
            ("noise",),
            ("experiments", "analyse", "spring", "--set", "noise=-1"),
        ),
        Mistake(
            "--set without a value",
            nothing,
            "--set: ",
            ("noise",),
            ("experiments", "analyse", "spring", "--set", "noise"),
        ),
        Mistake("--seed negative", nothing, "--seed: ", ("-1",), ("experiments", "analyse", "spring", "--seed=-1")),
        Mistake("--seed huge", nothing, "--seed: ", (), ("experiments", "analyse", "spring", "--seed", "1" + "0" * 30)),
        Mistake("data of an unknown name", nothing, "", ("rain",), ("experiments", "data", "rain")),
        Mistake(
            "figures of seeds without runs",
            nothing,
            "build/runs/spring/seed-7: ",
            (),
            ("experiments", "figures", "spring", "--seeds", "7"),
        ),
    ]


DIRECT = {
    "arithmetic": ("texloom", "document", "--profile", "report"),
    "checks": ("texloom", "check", "--out", "build/checks.json"),
    "drawing": ("experiments", "figures", "spring", "--seeds", "0", "1"),
}
"""The stage that meets the mistakes of a kind; the whole build meets a sample of each."""
STATIC = ("missing", "than a page", "than the page")
"""Parts of the names of mistakes that the plan of a build, or LaTeX, meets; for these the whole build runs."""
KINDS = {each.__name__: each() for each in (arithmetic, checks, drawing, verbs)}
