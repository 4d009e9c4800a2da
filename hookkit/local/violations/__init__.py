"""How a hook failed becomes what it did against the platform's rules, whose line it was, and what to write instead."""
