"""Names of files in the folder of a build."""

from __future__ import annotations

PUBLIC = {"report": "report.pdf", "theory": "theory.pdf"}
"""A document, for its readers."""
MADE = {"report": "tex/report.pdf", "theory": "theory/report.pdf"}
"""The same where LaTeX leaves it, beside its sources."""
WHOLE = "whole.json"
"""How long the last build took that trained everything."""
DRAFT, DRAFT_FOLDER = "report.draft.pdf", "draft"
"""The report with broken claims in red, for its author, and the folder in which LaTeX makes it."""
COSTS = "costs.json"
"""What each training took, and where: beside the document, which does not depend on it."""
