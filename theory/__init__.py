"""The written answers: LaTeX fragments, each with a module or package of checks of the same name.

Trained models are in `experiments`; `texloom.document` runs and prints the checks.
"""
