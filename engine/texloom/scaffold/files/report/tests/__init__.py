"""The tests; the folders mirror those of the project."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The report's folder."""
