"""SC: passwords, keys and tokens, which no code may hold."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject
from hookkit.spec import HookSpec, OptionSpec

_NAME: Final = re.compile(
    r"(.*_)?(password|passwd|passphrase|secret|secret_key|secret_access_key|api_key|apikey|token|private_key|credentials)"
)
#: A name of this kind that is a secret by itself alone.
_ALONE: Final = re.compile(
    r"(.*_)?(password|passwd|passphrase|secret_key|secret_access_key|api_key|apikey|token|client_secret)"
)
_REMEDY: Final = 'write Annotated[Secret, Option("…")], or Secret | None = None'


def _secret_options(spec: HookSpec) -> Iterator[OptionSpec]:
    """Texts whose name says that they are secret."""
    for option in spec.options:
        if option.type.kind == "str" and not option.type.choices and _NAME.fullmatch(option.name.lower()):
            yield option


def _default(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        for option in _secret_options(spec):
            if option.default:
                what = "has a default, by its name a secret, which everybody can read"
                yield Flaw(hook.place(option.name), what, _REMEDY)


def _plain(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        for option in _secret_options(spec):
            if not option.default and _ALONE.fullmatch(option.name.lower()):
                what = "is a plain text, by its name a secret: it shows in logs, manifests and orders"
                yield Flaw(hook.place(option.name), what, _REMEDY)


#: What keys look like, with what they are.
_SHAPES: Final = (
    (re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"), "an access key of S3"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=\s]{40}"), "a private key"),
    (re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{50,}"), "a token of GitHub"),
    (re.compile(r"\bglpat-[\w-]{20,}"), "a token of GitLab"),
    (re.compile(r"\bxox[abposr]-[\w-]{10,}"), "a token of Slack"),
    (re.compile(r"\bAIza[\w-]{35}\b"), "a key of Google"),
    (re.compile(r"\beyJ[\w-]{10,999}\.eyJ[\w-]{10,999}\.[\w-]{10}"), "a signed token"),
    (
        re.compile(r"\b[a-z][a-z0-9+]{0,9}://[^/\s:@{}$<>]{1,99}:(?P<word>[^/\s:@{}$<>]{1,199})@\w"),
        "a password in a URL",
    ),
)
_CALL_BACK: Final = "take it as a Secret, and make a new one: this one is known now"
_RANDOM: Final = re.compile(r"[A-Za-z0-9/+]{32,200}={0,2}")
_HEX: Final = re.compile(r"(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]+")
#: Characters that such a text has at least.
_DIFFERENT: Final = 12
#: What stands for a password, and is none.
_PLACEHOLDERS: Final = frozenset({
    *("password", "passwd", "pass", "pwd", "secret", "token", "key", "user", "xxx", "xxxx", "changeme", "example"),
    *("***", "****", "...", "…", "%s", "pw", "mypassword", "my-password"),
})  # fmt: skip


def _written(subject: Subject) -> Flaws:
    for module in subject.modules:
        for node in module.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and (kind := kind_of_secret(node.value)):
                yield Flaw(module.place(node), f"the text looks like {kind}", _CALL_BACK)
            for name, value, text in _given_names(node):
                if names_secret(name) and looks_random(text) and not kind_of_secret(text):
                    yield Flaw(module.place(value), f"{name} is a secret by its name, and stands here", _CALL_BACK)


def _given_names(node: ast.AST) -> Iterator[tuple[str, ast.Constant, str]]:
    """The texts that a node gives a name to: by an assignment, a keyword, or the key of a dictionary."""
    pairs: list[tuple[ast.AST | str | None, ast.AST | None]] = []
    if isinstance(node, ast.Assign):
        pairs = [(target, node.value) for target in node.targets]
    elif isinstance(node, ast.AnnAssign):
        pairs = [(node.target, node.value)]
    elif isinstance(node, ast.keyword):
        pairs = [(node.arg, node.value)]
    elif isinstance(node, ast.Dict):
        pairs = list(zip(node.keys, node.values, strict=True))
    for target, value in pairs:
        if (name := _name_of(target)) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield name, value, value.value


def _name_of(target: ast.AST | str | None) -> str:
    match target:
        case str():
            return target
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def looks_random(text: str) -> bool:
    """Whether a text is what a machine made: long, of letters and digits that hardly repeat."""
    if not _RANDOM.fullmatch(text) or "EXAMPLE" in text or len(set(text)) < _DIFFERENT:
        return False
    is_mixed = any(map(str.islower, text)) and any(map(str.isupper, text)) and any(map(str.isdigit, text))
    return is_mixed or _HEX.fullmatch(text) is not None


def kind_of_secret(text: str) -> str:
    """What a text looks like to hold; "" where it's nothing secret."""
    for shape, kind in _SHAPES:
        for match in shape.finditer(text):
            word = match.groupdict().get("word")
            if not match[0].endswith("EXAMPLE") and not (word and word.lower().strip("[]()") in _PLACEHOLDERS):
                return kind
    return ""


def names_secret(name: str) -> bool:
    """Whether a variable's name says that it is secret."""
    return _NAME.fullmatch(name.lower()) is not None


FAMILY: Final[Family] = (
    (
        Rule("SC101", "a secret has no default", "It would stand in the image, the manifest and the repository."),
        _default,
    ),
    (Rule("SC102", "no key, token or password stands in the code", "It can't be called back from an image."), _written),
    (
        Rule(
            "SC103",
            "an option that is secret by its name is a Secret",
            "A text travels as a parameter of Argo's, which everybody sees who sees the workflow.",
            Severity.WARNING,
        ),
        _plain,
    ),
)
