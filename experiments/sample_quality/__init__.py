"""Quality measures for generated samples: scores and distances as pure functions of features, points or images.

Not here: the networks that compute features, and any experiment.
"""
