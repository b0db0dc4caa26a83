"""The engine: manifest, staleness, checks, claims, rendering, provenance, LaTeX.

Nothing in here imports TensorFlow or an experiment's `train` module; import-linter keeps it so.
"""
