r"""Problem 1.2: a multilayer perceptron that removes noise from one patch of an MNIST digit.

Noise is added only inside an 8×8 square at a random position, drawn again at every step. The network sees the whole
image and is not told where the square is. The chapter shows that a perceptron of fully connected layers learns to find
the patch, to restore the pixels under it, and to leave the rest unchanged. It does so better than three classical
filters with all parameters tuned, and, outside the patch, better than a plain perceptron of the same size; the claims
of the chapter say by how much.

The output has the form of the optimal denoiser, eq:dae-gate: the network predicts an estimate of each pixel and the
position of the patch, and outside the patch the noisy image is kept. The assignment asks for an MLP and does not
specify its output; this is our choice. Row and column of the patch are predicted independently; the cost of this is
measured with a joint distribution of the position. Masking noise, the original corruption, is also tried.
"""

DATA = ("mnist",)
"""The data sets whose digests are part of a run's identity."""
