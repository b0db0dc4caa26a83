r"""Problem 4.1, on data: what the inception score and the Fréchet inception distance detect, and what they miss.

A small convolutional network that classifies digits takes the place of Inception: its class probabilities give the
score, and its last hidden layer gives the features. Every evaluated set is made from MNIST by a known change, so it is
known what a good measure should show. The changes are damage in steps, classes left out, one image per class, copies of
the training set, samples of increasing size, features with equal moments but another distribution, and small
differences in preprocessing that change the distance. Precision, recall, density, coverage, the kernel distance and
nearest neighbours are computed on the same sets. The measurements that depend on the network are repeated with emojis
and with the Inception network that the DCGAN's chapter uses.

Deviations: Heusel et al. 2017 damage photographs of faces and use Inception. With digits the whole experiment takes
minutes, and an accurate classifier is the most favourable case for the score.
"""

DATA = ("mnist", "emoji", "inception")
"""The data sets whose digests are part of a run's identity."""
