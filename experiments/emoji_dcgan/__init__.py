r"""Problem 2.3: a deep convolutional GAN draws emojis, and the Fréchet inception distance says how well.

The networks are the course's: a generator of four transposed convolutions, a discriminator of four convolutions, batch
normalisation between them. They are trained on the JoyPixels 7.0 emojis by Algorithm 1 of the task with its
least-squares losses, 20,000 iterations of batch 16. What the generator makes of the same latent codes is kept every 200
iterations. Then 3000 generated images are compared with the training images.

The assignment's figures of the architecture are lost; layers, parameter counts, the uniform latent code and Adam's
rates are those of the course from which the task descends (CSC321/CSC2516 of the University of Toronto, assignment 4).
What we add changes no step of the algorithm: an exponential average of the generator's weights is kept beside it and
evaluated, too; and the convolutions that see three colours or a single position are computed as matrix products.

All images in the report are drawn with batch normalisation in inference mode, its statistics those of
`settling_codes` latent codes under the final weights, so an image depends on its own code only. In every gradient step
the statistics are those of the batch, real and generated images apart.
"""

DATA = ("emoji", "inception")
"""The images, and the network in whose features they are compared."""
