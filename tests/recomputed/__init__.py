"""Printed metrics, recomputed from stored runs by code that shares nothing with the experiments.

`.venv/bin/python -m tests.recomputed build` does this for a finished build and prints which metrics it covers.
"""
