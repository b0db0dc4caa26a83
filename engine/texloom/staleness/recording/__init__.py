"""Recording of the reads of a running stage: files, listings of folders, and files that were looked for in vain.

Not here: keys, which are known beforehand (staleness.keys), and whether results are up to date (staleness.judge).
"""
