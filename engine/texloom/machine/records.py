"""The folder of the engine's records between builds: Snakemake's own folder, beside its records."""

from __future__ import annotations

from pathlib import Path

RECORDS = Path(".snakemake")
"""A subfolder of the report's; it contains no results and may be deleted."""
