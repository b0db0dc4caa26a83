"""The Inception network used for Fréchet distances: its weights, the network, features of images.

Not here: what is computed from the features (experiments.sample_quality).
"""
