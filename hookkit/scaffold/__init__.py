"""A template becomes a project of the author's own, through copier."""
