"""The coding answers, one package each; what several share: datasets, generative, inception, sample_quality.

Not here: written answers (theory), the pages around results (templates), and how a chapter is run (texloom).
"""
