r"""Problem 2.3: a deep convolutional GAN draws emojis; the Fréchet inception distance measures how well.

The networks are those of the course: a generator of four transposed convolutions and a discriminator of four
convolutions, with batch normalisation between them. They are trained on the JoyPixels 7.0 emojis by Algorithm 1 of the
task with its least-squares losses, for 20,000 iterations with batches of 16. Every 200 iterations the images that the
generator makes from the same latent codes are stored. Then 3000 generated images are compared with the training images.

The assignment's figures of the architecture are missing; layers, parameter counts, the uniform latent code and Adam's
rates are taken from the course from which the task comes (CSC321/CSC2516 of the University of Toronto, assignment
4). Our additions change no step of the algorithm: an exponential average of the generator's weights is kept and also
evaluated, and convolutions with three colour channels or with a single position are computed as matrix products.

All images in the report are drawn with batch normalisation in inference mode, with the statistics of `settling_codes`
latent codes under the final weights, so an image depends only on its own code. Every gradient step uses the statistics
of the batch, separately for real and generated images.
"""

DATA = ("emoji", "inception")
"""The images, and the network in whose features they are compared."""
