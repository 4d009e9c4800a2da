"""A mapping becomes text that people read and every parser reads alike: YAML for Argo, JSON for the rest."""

import json
import re
import sys
from collections.abc import Mapping
from typing import Any, Final

_STRING: Final = "tag:yaml.org,2002:str"
#: Texts that stand without quotes: none that starts like a number, a date, a tag, or that holds YAML's own signs ...
_PLAIN: Final = re.compile(r"(--?)?[A-Za-z/]([^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff{}\[\]#\"'`|<>\\:]|:(?=\S))*(?<!\s)")
#: ... and none that YAML 1.1, YAML 1.2 or a parser between them knows as a word of its own, in whatever case.
_WORDS: Final = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"))


def yaml_text(mapping: Mapping[str, Any]) -> str:
    """The mapping as a YAML document, keys in their order, no aliases, no line wrapped."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - no value becomes an alias
            return True

    Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar(_STRING, text, _style(text)))
    return yaml.dump(dict(mapping), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=sys.maxsize)


def yaml_scalar(text: str) -> str:
    """A text of one line, without signs that need escapes, as `yaml_text` writes it: the name of an image, say."""
    return text if _style(text) is None else f'"{text}"'


def json_text(mapping: Mapping[str, Any]) -> str:
    """The mapping as a JSON document, keys in their order, two spaces a level."""
    return json.dumps(mapping, indent=2, ensure_ascii=False) + "\n"


def _style(text: str) -> str | None:
    """PyYAML's style for a text: plain (None), a literal block, or in quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return None
    return "|" if _keeps_as_block(text) else '"'


def _keeps_as_block(text: str) -> bool:
    """Whether a literal block gives the text back under every parser, without an indentation indicator."""
    lines = text.removesuffix("\n").split("\n")
    return (
        "\n" in text
        and all(line.isprintable() and not line.endswith(" ") for line in lines)
        and lines[0] == lines[0].lstrip()
        and "" not in (lines[0], lines[-1])
    )
