"""The written answers: LaTeX fragments, each beside a module, or a package, of checks that is named after it.

Not here: anything that is trained (experiments), and how checks are run and printed (texloom.document).
"""
