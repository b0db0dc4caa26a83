"""Where the engine keeps what it notes between builds: in Snakemake's own folder, beside its records."""

from __future__ import annotations

from pathlib import Path

RECORDS = Path(".snakemake")
"""Below the report's folder; nothing in it is a result, and all of it may be lost."""
