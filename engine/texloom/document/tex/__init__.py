"""LaTeX: escaping and numbers, floats, listings, compiling, reading its log.

Not here: the content of a document, and the source of its values.
"""
