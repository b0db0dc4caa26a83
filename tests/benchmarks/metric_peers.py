"""torch-fidelity and pytorch-fid on a machine without torchvision, which both import at their top and neither needs."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest


@contextlib.contextmanager
def stub_torchvision() -> Iterator[None]:
    """Empty modules in its place while the peers are imported, unless it is there."""
    try:
        import torchvision  # type: ignore[import-not-found]  # noqa: F401
    except ImportError:
        names = ("torchvision", "torchvision.datasets", "torchvision.transforms", "torchvision.transforms.functional")
        stubs: dict[str, Any] = {name: ModuleType(name) for name in names}
        for data_set in ("CIFAR10", "CIFAR100", "STL10"):
            setattr(stubs["torchvision.datasets"], data_set, object)
        stubs["torchvision"].transforms = stubs["torchvision.transforms"]
        stubs["torchvision.transforms"].functional = stubs["torchvision.transforms.functional"]
        sys.modules.update(stubs)
        try:
            yield
        finally:
            for name in names:
                del sys.modules[name]
    else:
        yield


def peer(name: str) -> Any:
    """A module of a peer; the test is skipped, and says so, where it is not installed."""
    with stub_torchvision(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(name, reason=f"{name} is of the group peers, which make bench installs")
