"""Runs a hook's image in a container engine, Docker or Podman, under the platform's rules."""

from hookkit.local.container.runner import ContainerRunner

__all__ = ["ContainerRunner"]
