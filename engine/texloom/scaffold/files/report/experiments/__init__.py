"""The experiments, one package each, and what several of them share."""
