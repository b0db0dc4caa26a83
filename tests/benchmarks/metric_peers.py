"""Import torch-fidelity and pytorch-fid without torchvision: both import it, but neither needs it here."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import pytest


def stubs() -> dict[str, Any]:
    """Stubs of torchvision's modules, with the names that the two packages use when they are imported."""
    names = ["", ".datasets", ".models", ".models.inception", ".transforms", ".transforms.functional"]
    made: dict[str, Any] = {f"torchvision{name}": ModuleType(f"torchvision{name}") for name in names}
    for name, module in made.items():
        module.__spec__ = ModuleSpec(name, None)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(made[parent], child, module)
    for data_set in ("CIFAR10", "CIFAR100", "STL10"):
        setattr(made["torchvision.datasets"], data_set, object)
    for block in ("InceptionA", "InceptionC", "InceptionE"):
        setattr(made["torchvision.models.inception"], block, object)
    return made


@contextlib.contextmanager
def stub_torchvision() -> Iterator[None]:
    """Replace torchvision by stubs while the packages are imported, unless it is installed."""
    if find_spec("torchvision") is not None:
        yield
        return
    made = stubs()
    sys.modules.update(made)
    try:
        yield
    finally:
        for name in made:
            del sys.modules[name]


def peer(name: str) -> Any:
    """A module of one of the packages; the test is skipped with a message if it is not installed."""
    reason = f"{name} is of the group peers, which make bench installs"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if name.startswith("torchmetrics"):  # it imports torch-fidelity if that is installed
            peer("torch_fidelity")
            return pytest.importorskip(name, reason=reason)
        with stub_torchvision():
            return pytest.importorskip(name, reason=reason)
