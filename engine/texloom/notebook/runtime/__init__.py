"""Code that runs inside the notebooks that `texloom.notebook.tangle` writes: the first cell, and helpers of the others.

Not here: how a notebook is written.
"""
