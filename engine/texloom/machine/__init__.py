"""What this machine is and has, and processes on it: kind, cores, memory, children that end with us, locks.

Not here: anything that a report says.
"""
