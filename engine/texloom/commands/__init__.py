"""What stands behind the Makefile's verbs: build, watch, why, new, diff, bundle, bench, clean.

Not here: rules of staleness or of the document; commands call them.
"""
