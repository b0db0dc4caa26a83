"""Check a report's PDF against the evidence inside it, and against runs; never executes anything from the PDF.

Part of texloom; see docs/architecture.md.
"""
