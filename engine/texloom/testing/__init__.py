"""Running the tests of engine and report: distribution over the cores, progress, reproducible examples.

Not here: tests. pytest loads `plugin` by name, see pyproject.toml.
"""
