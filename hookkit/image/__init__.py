"""A project and its HookSpec become an ImagePlan (pure), and a builder makes the image of it."""
