"""The number of decimals that a measured value supports; the same in the PDF and in the notebooks."""

from __future__ import annotations

import math

from texloom.results.quantity import Quantity
from texloom.results.tables import Table


def supported_decimals(deviation: float | None) -> int | None:
    """Decimals that show one significant digit of a deviation; None if the deviation is missing or zero."""
    if not deviation or not math.isfinite(deviation):
        return None
    return max(0, -int(f"{deviation:.0e}".partition("e")[2]))  # rounded first: 0.0999 counts as 0.1


def column_decimals(table: Table, column: int) -> int | None:
    """Return the number of decimals for the values of a column that have no uncertainty of their own, see `decimals`.

    This is `table.decimals` if it is set for this column, otherwise the number that the most precise value supports.
    """
    if table.decimals and table.decimals[column] is not None:
        return table.decimals[column]
    cells = [row[column] for row in table.rows]
    supported = [supported_decimals(value.uncertainty) for value in cells if isinstance(value, Quantity)]
    return max((decimals for decimals in supported if decimals is not None), default=None)
