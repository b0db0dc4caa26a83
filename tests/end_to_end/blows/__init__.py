"""Fault injection for a small report: its build is killed or interrupted, its files are removed, truncated or swapped.

After each fault ("blow") the following must hold. The PDF is, byte for byte, the last good one or the correct new one,
and a command that failed has printed the reason, without a traceback. The next build needs no manual help, except that
it may refuse a damaged run, naming it and the way out. When that build has ended, no process, temporary file or lock is
left. The user's own files among the results are unchanged, and the build after that has nothing to do. One in seven
faults is followed by a second one before a build has recovered from the first.

    .venv/bin/python -m tests.end_to_end.blows /tmp/blows --seeds 0 300      inject 300 faults; print a line for each

A seed determines what is edited, which fault is injected and when, but not the speed of the machine at that moment.
"""
