"""For each fragment, mistakes in its formulas as they are made when a derivation is typed: `WRONG` of its module.

A mistake is the arguments of a check with a formula wrong: a sign, a factor, an argument.
"""

from __future__ import annotations

from typing import Any

Mistakes = dict[str, list[dict[str, Any]]]
"""Equation label to the mistakes that its check must catch."""
