"""Data sets that a report declares: sources, digests, fetching.

Not here: single data sets, which are modules of the report.
"""
