"""The Inception network behind Fréchet distances: its weights, the network, features of images.

Not here: what is computed of the features (experiments.sample_quality).
"""
