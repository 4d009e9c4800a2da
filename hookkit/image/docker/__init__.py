"""Images by a Docker engine: its builder, its images, its pushes."""
