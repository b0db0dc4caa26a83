"""Check a report's PDF against the evidence inside it, and against runs. Only `rebuild` executes code from the PDF.

Part of texloom; see docs/architecture.md.
"""
