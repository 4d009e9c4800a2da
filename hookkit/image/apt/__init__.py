"""Packages of a Debian or Ubuntu become a layer: apt resolves and downloads as a plain user, nothing is unpacked here.

`request` and `package` are the values; `private` runs apt beside the machine's own; `resolve` and `fetch` ask it;
`deb` reads a package, `tree` decides what a member becomes, `layer` writes them all; `assemble` does it in one call.
"""
