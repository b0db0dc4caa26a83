"""The commands behind the Makefile: stages, watch, tensorboard, quick, bundle, new, clean; builds are in `building`.

Not here: rules of staleness or of the document; commands call them.
"""
