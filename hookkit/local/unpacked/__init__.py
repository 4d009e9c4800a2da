"""A hook's image becomes a run without any container engine: its layers are unpacked, and its process confined."""

from hookkit.local.unpacked.runner import UnpackedRunner

__all__ = ["UnpackedRunner"]
