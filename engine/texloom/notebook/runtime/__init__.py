"""What runs inside the notebooks that `texloom.notebook.tangle` writes: their first cell, and what the others call.

Not here: how a notebook is written.
"""
