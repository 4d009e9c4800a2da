"""Projects whose own tests are run as their authors run them."""

from realparts.desk import own_desk

__all__ = ["own_desk"]
