"""A small perceptron learns a curve from noisy points, beside the best straight line.

Your problem in your own words goes here: what the chapter shows, and where you deviate from your source and why. What
stands in this package is an experiment that works; change it into yours, module by module, with its tests.
"""

DATA = ()
"""The data sets of report.toml that this experiment reads, for instance ("rain",). None: the seed draws the points."""
