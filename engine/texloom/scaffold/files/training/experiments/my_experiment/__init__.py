"""A small perceptron learns a curve from noisy points; it is compared with the best straight line.

Describe your problem here in your own words: what the chapter shows, and where you deviate from your source and why.
This package is an experiment that works; change it into yours, module by module, with its tests.
"""

DATA = ()
"""The data sets of report.toml that this experiment reads, for instance ("rain",). None: the points are drawn."""
