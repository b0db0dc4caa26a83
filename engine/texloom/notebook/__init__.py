"""Each experiment as a notebook: cells made of its modules, run headless.

Not here: the chapters themselves. What runs inside a notebook is in `runtime`.
"""
