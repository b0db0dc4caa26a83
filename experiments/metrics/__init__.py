r"""Problem 4.1, on data: what the inception score and the Fréchet inception distance see, and what they do not.

A small convolutional network that tells digits apart takes the place of Inception: its class probabilities give the
score, its last hidden layer the features. Every set that is judged is made from MNIST by a known change, so it is
known what a good measure should say: damage in steps, classes left out, one image a class, copies of the training set,
samples of growing size, features with equal moments and another shape, and the small differences in preprocessing that
move the distance. Precision, recall, density, coverage, the kernel distance and nearest neighbours stand beside the two
on the same sets. Emojis through the Inception network of the DCGAN's distance repeat what depends on the network.

Deviations: Heusel et al. 2017 damage photographs of faces and use Inception; digits keep the whole experiment within
minutes, and a classifier that is right about its classes is the kindest case for the score.
"""

DATA = ("mnist", "emoji", "inception")
"""The data sets whose digests belong to a run's identity."""
