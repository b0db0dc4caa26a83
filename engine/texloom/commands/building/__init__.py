"""`make all` and its kin: the workflow run or only planned, what is finished published, costs kept.

Not here: which results are out of date (texloom.staleness); a build asks.
"""
