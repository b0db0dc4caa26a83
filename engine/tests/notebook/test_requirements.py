"""The packages that a notebook installs: third-party modules that it imports, in the lock's versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.notebook.requirements import foreign_imports, requirements


def test_third_party_modules_are_distinguished_from_python_s_and_ours() -> None:
    source = (
        "import os.path, scipy.linalg as la\nfrom PIL import Image\nfrom texloom import x\ndef f():\n    import keras"
    )
    assert sorted(foreign_imports(source)) == ["PIL", "keras", "scipy"]


def test_requirements_are_the_lock_s_lines_without_hashes(tmp_path: Path) -> None:
    lock, module = tmp_path / "requirements.lock", tmp_path / "module.py"
    lock.write_text(
        "numpy==2.4 ; python_full_version < '3.12' \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n"
        "numpy==2.5 ; python_full_version >= '3.12' \\\n    --hash=sha256:22\npillow==13.0.0 \\\n    --hash=sha256:33\n"
    )
    module.write_text("import numpy\nimport json\nfrom PIL import Image\n")
    assert requirements([module], lock) == {
        "PIL": ["pillow==13.0.0"],
        "numpy": ['numpy==2.4; python_full_version < "3.12"', 'numpy==2.5; python_full_version >= "3.12"'],
    }
    module.write_text("import nowhere")
    with pytest.raises(ReportError, match="has no package that provides 'nowhere'"):
        requirements([module], lock)


def test_names_are_compared_as_package_indexes_do(tmp_path: Path) -> None:
    """The package of `typing_extensions` has an underscore in its name, but locks write a hyphen."""
    lock, module = tmp_path / "requirements.lock", tmp_path / "module.py"
    lock.write_text("typing-extensions==4.16.0 \\\n    --hash=sha256:00\n")
    module.write_text("import typing_extensions\n")
    assert requirements([module], lock) == {"typing_extensions": ["typing-extensions==4.16.0"]}
