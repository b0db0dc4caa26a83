"""New experiments and new reports: what `make new` writes, from the templates in `files/`.

Not here: anything that a finished report runs.
"""
