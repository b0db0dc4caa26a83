"""What a result depends on, and what is out of date: import closure, identity of runs, the plan of a build.

Not here: carrying the plan out (commands).
"""
