"""Data sets that a report declares: where they come from, their digests, one fetch at a time.

Not here: any single data set; those are modules of the report.
"""
