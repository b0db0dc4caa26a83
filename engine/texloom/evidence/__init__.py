"""The evidence inside a report's PDF: what it was made from, and every value that it prints.

Part of texloom; see docs/architecture.md.
"""
