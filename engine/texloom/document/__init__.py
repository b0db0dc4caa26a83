"""From results and text to LaTeX and one PDF: checks, claims, templates, floats, listings, compiling, publishing.

Not here: training or drawing; everything that it prints is read from results.
"""
