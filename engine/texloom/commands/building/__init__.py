"""`make all` and related commands: run or plan the workflow, publish finished files, store costs.

Not here: which results are out of date (texloom.staleness).
"""
