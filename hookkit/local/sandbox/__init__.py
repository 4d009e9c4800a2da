"""A command becomes a process tree that can't break the platform's rules, and what it tried becomes refusals."""
