"""The coding answers, one package each; what several share: datasets, generative, inception, sample_quality."""
