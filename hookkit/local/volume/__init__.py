"""A call becomes the one folder that a container may write, and what was written there becomes the outputs."""
