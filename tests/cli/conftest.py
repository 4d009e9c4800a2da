"""The command line as a user meets it: a process in a folder of theirs."""

from realparts.desk import own_desk, project

__all__ = ["own_desk", "project"]
