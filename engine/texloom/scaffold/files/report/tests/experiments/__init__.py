"""Tests of the experiments: known answers, and figures from synthetic runs."""
