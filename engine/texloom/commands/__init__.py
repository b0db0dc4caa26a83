"""What stands behind the Makefile's verbs: stages, watch, tensorboard, quick, bundle, new, clean; builds in `building`.

Not here: rules of staleness or of the document; commands call them.
"""
