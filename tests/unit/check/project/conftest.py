"""Checks of projects keep what they asked in a cache of the test run."""

from realparts.desk import own_desk

__all__ = ["own_desk"]
