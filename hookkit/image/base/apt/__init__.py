"""Packages of a Debian or Ubuntu become a layer: apt resolves and downloads as a plain user, nothing is unpacked here.

`request` and `package` are the values; `private` runs apt beside the machine's own; `resolve` and `fetch` ask it;
`deb` reads a package, `writer` puts its members where they belong, `layer` writes all of them, by the tables of
`contents`; `assemble` makes a base of it, or one more layer upon another.
"""
