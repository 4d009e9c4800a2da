"""A hook and an input become results of trials: the hook itself is run, and looked at from outside.

The main path: `sample` (what it is tried with) -> `bench` (runs it, in a `place`) -> `battery` (each trial of the
table in `trial`, by the functions of `questions`, `work`, `surroundings`) -> TrialResult.
"""
