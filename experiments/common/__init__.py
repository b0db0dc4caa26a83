"""What two experiments share: data, runs, the training loop, metrics, the style of the figures."""
