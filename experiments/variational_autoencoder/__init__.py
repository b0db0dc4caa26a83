r"""Problem 3.1: a variational autoencoder for MNIST digits, and how well its codes interpolate.

Encoder and decoder are perceptrons, trained on the training set only by maximising the bound of eq:vi-gap. The
likelihood is an option: the Gaussian of the derivation, eq:vi-objective, with fixed or learnt variance, or the
Bernoulli likelihood of dynamically binarised digits, on which log likelihoods are compared in the literature. A
multiplier on the rate, and a constraint on the rate enforced by dual ascent, are also options; they test the third part
of the derivation. The chapter shows three things: with every seed the importance-weighted log likelihood of the main
model is above the limit that its claim prints; accuracy and rate are traded at the price given by the multiplier; and
interpolates of codes between test images of one digit are recognised by a classifier as often as digits are, whereas
interpolates on straight lines between pixels are not.

We deviate from the assignment in one point: the ten pairs of the same digit are one for each digit, not ten arbitrary
ones.

What was tried before: Without a warm-up of the multiplier, six to eight of the twenty latent units become inactive in
the first epochs and remain so, which costs a nat; smaller learning rates save two of them. With random initial weights
in the layer of ln h, as in the other layers, an initial rate of 10⁵ nats spoilt the start of one seed of three: it cost
five nats after six epochs, and the dual ascent, which accumulates the violation of the constraint, never recovered.
In the same training time, batches of 64 give no better result.
"""

DATA = ("mnist",)
"""The data sets whose digests are part of a run's identity."""
