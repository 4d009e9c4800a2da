"""The rules about a file as text: what it must be before anything in it can be looked at."""

from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.manifest import limits

UNREADABLE: Final = Rule(
    "SY101",
    "a manifest is a text file in UTF-8",
    "Kubernetes reads UTF-8 alone, and YAML knows no control characters.",
)
NOT_YAML: Final = Rule("SY102", "a manifest is YAML or JSON", "Nothing can read it: neither kubectl nor Argo.")
EMPTY: Final = Rule(
    "SY103", "a file holds a manifest", "Argo's own lint says nothing about a file in which it found nothing."
)
NOT_A_MAPPING: Final = Rule(
    "SY104", "a document is a mapping", "Every Kubernetes object is a mapping with `apiVersion` and `kind`."
)
DUPLICATE_KEY: Final = Rule(
    "SY105",
    "a mapping has each key once",
    "Of two equal keys one is dropped without a word, or the whole file is refused: it depends on the program.",
)
TOO_LARGE: Final = Rule(
    "SY106",
    f"a file has at most {limits.FILE_BYTES // limits.MIB} MiB, a document at most {limits.NODES:,} values",
    "etcd refuses an object above 1.5 MiB: what is larger is no manifest.",
)
TOO_DEEP: Final = Rule(
    "SY107",
    f"mappings and lists lie at most {limits.DEPTH} deep inside each other",
    "No object of Kubernetes goes half as deep; parsers give up or fall over.",
)
ALIASES: Final = Rule(
    "SY108",
    f"aliases stand for at most {limits.EXPANDED_NODES:,} values, and never for themselves",
    "A few lines of aliases of aliases become gigabytes; Kubernetes' parser refuses them.",
)
KIND: Final = Rule(
    "SY109",
    "a document says what it is: apiVersion and kind",
    "A wrong `kind` or `apiVersion` is silently passed over by Argo's lint, and refused by Kubernetes.",
)
NOTHING_TO_CHECK: Final = Rule(
    "SY110",
    "a file holds something that these rules are about",
    "Workflow, WorkflowTemplate, ClusterWorkflowTemplate and CronWorkflow are checked; other kinds are passed over.",
    Severity.WARNING,
)
TOO_MANY: Final = Rule(
    "SY111",
    f"at most {limits.FINDINGS:,} findings of a file are reported",
    "The rest is not looked for, though an error may be among it; one cause usually has most of them.",
)

RULES: Final = (
    *(UNREADABLE, NOT_YAML, EMPTY, NOT_A_MAPPING, DUPLICATE_KEY, TOO_LARGE, TOO_DEEP, ALIASES, KIND),
    *(NOTHING_TO_CHECK, TOO_MANY),
)
