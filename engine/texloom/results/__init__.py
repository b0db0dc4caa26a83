"""What a stage leaves behind and figures are drawn from: runs, quantities, tables, the style of figures, seals.

Not here: how results are made (training) or printed (document). numpy and matplotlib are all it needs.
"""
