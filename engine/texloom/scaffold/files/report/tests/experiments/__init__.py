"""The experiments: known answers, and figures from made-up runs."""
