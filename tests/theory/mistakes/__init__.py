"""Typical mistakes in typed formulas. Each fragment has a module here, which lists its mistakes as `WRONG`.

A mistake is a set of arguments for a check, one of which is a wrong formula: a wrong sign, factor or argument.
"""

from __future__ import annotations

from typing import Any

Mistakes = dict[str, list[dict[str, Any]]]
"""Maps the label of an equation to the mistakes that its check must detect."""
