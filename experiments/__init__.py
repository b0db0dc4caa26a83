"""The coding answers, one package each, and the packages they share: datasets, generative, inception, sample_quality.

Not here: written answers (theory), the text around results (templates), and how an experiment is run (texloom).
"""
