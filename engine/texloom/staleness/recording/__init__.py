"""What a stage really reads, recorded while it runs: files, listings of folders, and whatever was looked for in vain.

Not here: what is known of a result beforehand (staleness.keys), and whether it still holds (staleness.judge).
"""
