"""The coding answers, one package each, and what several of them share: datasets, generative, inception, sample_quality."""
