"""Runs a hook here under the platform's contract."""
