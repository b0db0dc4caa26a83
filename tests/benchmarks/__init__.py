"""Timings compared with other libraries. No time is asserted; read the ratio column of pytest-benchmark's table."""
