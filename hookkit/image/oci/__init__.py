"""Images as the OCI specifications have them: descriptors, manifests, layers, layouts, archives."""
