"""Printed metrics once more, from what runs have stored, by code that shares nothing with the experiments.

`.venv/bin/python -m tests.recomputed build` does it for a finished build, and says which metrics it covers.
"""
