"""Tests of the written answers: checks pass, and fail for a wrong formula."""
