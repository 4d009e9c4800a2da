"""The hooks that the platform provides, declared as it describes them."""
