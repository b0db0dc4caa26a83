"""The folder where the engine keeps records between builds. It is Snakemake's folder and contains its records, too."""

from __future__ import annotations

from pathlib import Path

RECORDS = Path(".snakemake")
"""A folder in the report's folder; it contains no results and may be deleted."""
