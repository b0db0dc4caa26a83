"""From results and text to LaTeX and one PDF: checks, claims, templates, floats, listings, compiling, publishing.

Not here: training or drawing; all printed values are read from results.
"""
