r"""Problem 3.1: a variational autoencoder of MNIST digits, and how well its codes interpolate.

Encoder and decoder are perceptrons, trained on the training set alone by the bound of eq:vi-gap. The likelihood is an
option: the Gaussian of the derivation, eq:vi-objective, with its variance fixed or learnt, or the Bernoulli one of
dynamically binarised digits, on which the field compares log likelihoods. A multiplier on the rate and a constraint on
it, met by dual ascent, are options, too; they are the third part of the derivation, put to the test. The chapter shows
that the main model's importance-weighted log likelihood is above the limit that its claim prints, with every seed, that
accuracy and rate trade at the price which the multiplier names, and that between test images of one digit the codes
interpolate by images which a classifier recognises as it does digits, where straight lines between pixels do not.

We deviate from the assignment in one point: the pairs of the same digit are one of each digit, not ten of any.

What was tried before. Without a warm-up of the multiplier six to eight of the twenty latent units are given up in the
first epochs and never come back, which costs a nat; smaller learning rates save two of them. With random weights in the
layer of ln h, as elsewhere, a first rate of 10⁵ nats spoilt the start of one seed of three: five nats after six epochs,
and a dual ascent, which sums up how much the constraint is violated, that never came back. Batches of 64 are no better
for the time they take.
"""

DATA = ("mnist",)
"""The data sets whose digests belong to a run's identity."""
