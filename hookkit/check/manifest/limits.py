"""How much a manifest may hold, each with the reason: whoever checks files of others needs bounds."""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

#: A file. etcd refuses an object above 1.5 MiB: this holds several, and takes seconds, not minutes.
FILE_BYTES: Final = 8 * MIB
#: Files that are looked for below one folder.
FILES: Final = 10_000
#: Mappings and lists inside each other. Kubernetes' own schemas reach about 20.
DEPTH: Final = 100
#: Values of a document: a large workflow has 5,000.
NODES: Final = 250_000
#: Values of a document with every alias written out; only looked at where there are aliases.
EXPANDED_NODES: Final = 200_000
#: Findings of one file that are reported: whoever has more mends these first.
FINDINGS: Final = 1_000

#: Characters of an expression: those of people have 200.
EXPRESSION: Final = 20_000
#: Characters of a finding's words: it quotes what stands in the file.
WORDS: Final = 400

#: One argument or variable of a process (Linux: MAX_ARG_STRLEN, 128 KiB with the final zero).
ARGUMENT_BYTES: Final = 128 * KIB - 1
#: The value of a parameter: refused above, warned of above. It travels in the pod's specification several times.
PARAMETER_BYTES: Final = 100 * KIB
PARAMETER_ADVISED_BYTES: Final = 32 * KIB
#: An object in etcd; Argo offloads or compresses a Workflow above 1 MiB.
OBJECT_BYTES: Final = 1536 * KIB
#: Argo's full CRD, from 4.0 on.
TEMPLATES: Final = 200
TASKS: Final = 200
INPUT_PARAMETERS: Final = 500
#: All annotations of an object together (Kubernetes).
ANNOTATIONS_BYTES: Final = 256 * KIB
