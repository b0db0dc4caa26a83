"""New experiments and new reports, which `make new` writes from the templates in `files/`.

Not here: code that a finished report runs.
"""
