"""How exactly is a spring's stiffness known? Two estimates from the same simulated measurements.

Your problem in your own words goes here: what the chapter shows, and where you deviate from your source and why. What
stands in this package is an analysis that works; change it into yours, module by module, with its tests.
"""

DATA = ()
"""The data sets of report.toml that this experiment reads, for instance ("rain",). None: the seed draws the series."""
