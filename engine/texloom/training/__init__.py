"""How an experiment is run: its stage, configuration, compiled loop, checkpoints, random numbers, progress, live view.

Not here: what a run is stored as (results). The only room that may import TensorFlow.
"""
