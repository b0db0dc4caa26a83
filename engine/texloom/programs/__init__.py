"""Runs that another program makes, such as a shell or R script: its inputs, its start, and reading what it writes.

Not here: the command of a run, which is in `commands/programs.py`, and its key, which is in `staleness/keys.py`.
"""
