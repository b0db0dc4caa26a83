"""The data sets of this report: MNIST and the JoyPixels emojis, each fetched, checked and loaded by its module.

Not here: how data are fetched and kept (texloom.data).
"""
