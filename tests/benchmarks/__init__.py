"""Side-by-side timing. Nothing here asserts a time; read the ratio column of pytest-benchmark's table."""
