"""For each fragment, typical mistakes in typed formulas: `WRONG` of its module.

A mistake is a set of arguments for a check with a wrong formula: a sign, a factor, an argument.
"""

from __future__ import annotations

from typing import Any

Mistakes = dict[str, list[dict[str, Any]]]
"""From the label of an equation to the mistakes that its check must detect."""
