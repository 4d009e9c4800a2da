"""A machine becomes facts: what it offers to hooks, what is missing, and what to do about that; nothing is changed.

`fact` is the value; `probing` runs probes side by side, each of which looks at one thing (`python`, `sandbox`,
`engine`, `building`, `credentials`, `resources`, `tools`); `ways` says what follows; `examination` is all of it.
"""
