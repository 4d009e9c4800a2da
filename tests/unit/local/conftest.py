"""Hooks that run here, without the command line."""

from realparts.desk import own_desk, project

__all__ = ["own_desk", "project"]
