"""Running an experiment: stage, configuration, compiled loop, checkpoints, random numbers, progress, live view.

Not here: how a run is stored (results). The only package that may import TensorFlow.
"""
