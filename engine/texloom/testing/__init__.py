"""How the tests of engine and report run: distribution over the cores, progress, reproducible examples.

Not here: any test. pytest loads `plugin` by name, see pyproject.toml.
"""
