"""The data sets of this report, MNIST and the JoyPixels emojis; each module fetches, checks and loads one.

Not here: how data are fetched and stored (texloom.data).
"""
