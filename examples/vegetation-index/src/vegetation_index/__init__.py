"""The package that goes into the hook's image; the hook itself is in main.py."""
