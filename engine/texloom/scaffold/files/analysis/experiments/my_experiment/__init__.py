"""How precisely is a spring's stiffness known? Two estimates from the same simulated measurements.

Describe your problem here in your own words: what the chapter shows, and where you deviate from your source and why.
This package is an analysis that works; change it into yours, module by module, with its tests.
"""

DATA = ()
"""The data sets of report.toml that this experiment reads, for instance ("rain",). None: the series are simulated."""
