"""Findings before a run: what is wrong with a thing that somebody wrote, where, and what to write instead."""
