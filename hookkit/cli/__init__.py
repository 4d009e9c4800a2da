"""The command line of the author's desk: one file a command; each parses, makes one call and prints."""
