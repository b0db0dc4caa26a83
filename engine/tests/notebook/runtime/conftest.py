"""Modules defined by cells replace others; each test restores everything."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

import texloom


@pytest.fixture
def restored_modules() -> Iterator[None]:
    """An empty package `experiments`, whether one is loaded or not; the loaded modules are restored afterwards."""
    namespaces = [sys.modules, vars(texloom)]
    before = [dict(namespace) for namespace in namespaces]
    package = ModuleType("experiments")
    package.__path__ = []
    sys.modules["experiments"] = package
    yield
    for namespace, kept in zip(namespaces, before, strict=True):
        for name in namespace.keys() - kept.keys():
            del namespace[name]
        namespace.update(kept)
