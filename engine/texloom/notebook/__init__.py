"""Experiments as notebooks: cells made from their modules, executed headless.

Not here: the experiments themselves. Code that runs inside a notebook is in `runtime`.
"""
