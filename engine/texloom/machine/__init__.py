"""The machine and its processes: kind, cores, memory, child processes, locks, signals.

Not here: anything about the content of a report.
"""
