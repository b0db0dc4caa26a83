"""Modules made of cells take the places of others; each test leaves everything as it was."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

import experiments
import texloom


@pytest.fixture
def restored_modules() -> Iterator[None]:
    """Afterwards the modules, and what the two packages hold, are as before."""
    namespaces = [sys.modules, vars(experiments), vars(texloom)]
    before = [dict(namespace) for namespace in namespaces]
    yield
    for namespace, kept in zip(namespaces, before, strict=True):
        for name in namespace.keys() - kept.keys():
            del namespace[name]
        namespace.update(kept)
