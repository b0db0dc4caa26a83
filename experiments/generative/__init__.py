"""What several generative models share: the losses of adversarial training, latent codes and lines between them.

Not here: how good samples are (experiments.sample_quality).
"""
