"""The experiments, one package each, and modules that several of them share."""
