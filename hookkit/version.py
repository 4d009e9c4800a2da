"""The version of hookkit, written once."""

__version__ = "0.1.0"
