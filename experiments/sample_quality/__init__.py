"""Measures of generated samples: scores and distances as pure functions of features, points or images.

Not here: the networks that give features, and any experiment.
"""
