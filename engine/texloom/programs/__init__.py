"""Runs of other programs, such as shell or R scripts: find their inputs, start them, and read what they write.

Not here: the command of a run, which is in `commands/programs.py`, and its key, which is in `staleness/keys.py`.
"""
