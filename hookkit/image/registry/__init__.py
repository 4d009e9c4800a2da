"""Images in registries: the HTTP of OCI's distribution specification, spoken as a client."""
