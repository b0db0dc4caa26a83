"""LaTeX itself: escaping and numbers, floats, listings, compiling, and its log, read.

Not here: what a document says, and where its values come from.
"""
