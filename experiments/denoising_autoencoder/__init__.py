r"""Problem 1.2: a multilayer perceptron that removes noise from one patch of an MNIST digit.

Noise is added only inside an 8×8 square at a random position, anew at every step; the network sees the whole image and
does not know where the square is. The chapter shows that a perceptron of fully connected layers learns to find the
patch, to restore what is under it, and to leave the rest alone: better than three classical filters whose every
parameter is tuned, and outside the patch than a plain perceptron of its size; by how much the template claims.

The output has the form of the optimal denoiser, eq:dae-gate: the network predicts an estimate of each pixel and where
the patch is, and the noisy image is passed through elsewhere. The assignment asks for an MLP and leaves its output
open; this is our choice. Row and column of the patch are predicted independently; what that costs is measured with a
joint distribution of the position. Masking noise, the original corruption, is tried, too.
"""

DATA = ("mnist",)
"""The data sets whose digests belong to a run's identity."""
