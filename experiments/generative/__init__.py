"""Code shared by several generative models: losses of adversarial training, latent codes and lines between them.

Not here: how good samples are (experiments.sample_quality).
"""
