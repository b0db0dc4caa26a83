"""Modules defined by notebook cells: each cell runs in the namespace of its module.

The modules of an experiment import each other and use the same names for different things, so they cannot share the
notebook's namespace. With `%%module experiments.toy.model` above a cell, imports work as in the file, and an edited
cell affects everything that is run after it.
"""

from __future__ import annotations
import __future__

import ast
import importlib
import symtable
import sys
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from types import ModuleType
from typing import Any

ORIGIN = "notebook cells"


def module_of_cells(name: str) -> ModuleType:
    """The module of this name, empty if it is new, and set as attribute of its package, as after an import.

    It replaces a module that was imported from a file. It is marked as a package without a folder, so that importing a
    submodule whose cells were not run fails instead of loading it silently from a file.
    """
    module = sys.modules.get(name)
    if module is None or module.__spec__ is None or module.__spec__.origin != ORIGIN:
        module = module_from_spec(ModuleSpec(name, None, origin=ORIGIN, is_package=True))
        sys.modules[name] = module
        package, _, child = name.rpartition(".")
        if package:
            setattr(importlib.import_module(package), child, module)
    return module


def run_in_module(name: str, source: str, filename: str) -> dict[str, Any]:
    """Run the source of a cell in its module; return the names that it binds there, with their values."""
    namespace = vars(module_of_cells(name))
    exec(compile(source, filename, "exec", flags=_future_flags(namespace), dont_inherit=True), namespace)
    symbols = symtable.symtable(source, filename, "exec").get_symbols()
    bound = [symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()]
    return {each: namespace[each] for each in bound if each in namespace}


def _future_flags(namespace: dict[str, Any]) -> int:
    """Compiler flags of `from __future__ import …` in earlier cells, which apply to the whole module."""
    features = [value for value in namespace.values() if isinstance(value, __future__._Feature)]
    return sum({feature.compiler_flag for feature in features})


def statements(source: str) -> set[str]:
    """The top-level statements of a module or of some of its cells, without layout, comments and module docstring."""
    body = ast.parse(source).body
    if ast.get_docstring(ast.Module(body, [])) is not None:
        body = body[1:]
    return {ast.dump(statement) for statement in body}
