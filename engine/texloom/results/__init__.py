"""Results of stages, from which figures are drawn: runs, quantities, tables, the style of figures, seals.

Not here: how results are made (training) or printed (document). Needs only numpy and matplotlib.
"""
