"""Dependencies of results, and what is out of date: import closure, identity of runs, the plan of a build.

Not here: running the plan (commands).
"""
