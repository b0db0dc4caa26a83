"""Blows at a small report: its build is killed or interrupted, its files are removed, truncated or swapped.

After each blow the PDF is the last good one or the right new one, to the byte, and whoever failed has said why, without
a traceback; the next build needs no hand, but for a damaged run, which it may refuse with its name and the way out; and
when it has ended, nothing is left over: no process, no temporary file, no lock. The user's own files among the results
are there as they were, and the build after that finds nothing to do. Of seven blows one is followed by another, before
anything has recovered.

    .venv/bin/python -m tests.end_to_end.blows /tmp/blows --seeds 0 300      prints a line for each blow

A seed fixes what is edited, which blow falls and when, but not the speed of the machine at that moment.
"""
