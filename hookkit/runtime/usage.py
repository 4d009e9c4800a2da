"""A HookSpec becomes the text of `--help`."""

from textwrap import fill, wrap
from typing import Final

from hookkit.contract import CONFIG_FLAG, DESCRIBE_FLAG, INPUT_FLAGS, OUTPUT_FLAGS, RESULTS_FLAG, RUNTIME_MODULE
from hookkit.errors import OWN_CODES
from hookkit.runtime.call import option_variable
from hookkit.runtime.command_line import folder_flag
from hookkit.spec import HookSpec, InputSpec, OptionSpec, OutputSpec, SecretSpec, words_of

_WIDTH: Final = 100
_COLUMN: Final = 28

_EXIT_CODES: Final = f"Exit codes: 0 done, 1 failed, 2 wrong input, 75 retry, 143 stopped; own: {OWN_CODES}."

Row = tuple[str, str]


def render_usage(spec: HookSpec) -> str:
    """The help of a hook's container, at most 100 columns wide."""
    parts: list[InputSpec | OutputSpec] = [*spec.inputs, *spec.outputs]
    folders = [*(_folder_row(spec, part) for part in parts), *_common_rows(spec)]
    options = [(_option_flag(option), describe_option(option)) for option in spec.options]
    secrets = [(option_variable(secret.name), describe_secret(secret)) for secret in spec.secrets]
    results = [(f"{RESULTS_FLAG} PATH", "folder that gets a file a result")] if spec.results else []
    general = [
        *results,
        (f"{CONFIG_FLAG} FILE", "JSON or TOML file with values of options"),
        (DESCRIBE_FLAG, "print what the hook declares, as JSON"),
        ("--help", "print this"),
    ]
    places = [f"{folder_flag(spec, part)} PATH" for part in parts if isinstance(part, OutputSpec) or not part.optional]
    values = [f"{option.flag} VALUE" for option in spec.options if option.required]
    usage = " ".join(["Usage: python -m", RUNTIME_MODULE, str(spec.entry_point), *places, *values, "[OPTION]..."])
    sections = [
        f"{spec.title} {spec.version}",
        fill(spec.description, _WIDTH) if "\n" not in spec.description else spec.description,
        fill(usage, _WIDTH, subsequent_indent="    "),
        _section("Inputs and outputs", folders),
        _section("Options", options),
        _section("Secrets, from the environment", secrets),
        _section("General", general),
        _EXIT_CODES,
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def describe_secret(secret: SecretSpec) -> str:
    """Help of a secret, in a line."""
    facts = "[secret]" if secret.required else f"[secret; {_required_words(secret) or 'optional'}]"
    return f"{secret.description} {facts}".strip()


def describe_option(option: OptionSpec) -> str:
    """Help, type and default of an option, in a line."""
    default = _required_words(option) or f"default: {_default_words(option)}"
    facts = f"[{option.type}; {default}]"
    return f"{option.description} {facts}".strip()


def _required_words(value: OptionSpec | SecretSpec) -> str:
    """`required`, or when it is; "" where it never is."""
    if value.required:
        return "required"
    return f"required {words_of(value.required_when)}" if value.required_when else ""


def _default_words(option: OptionSpec) -> str:
    return "none" if option.default is None else option.default_text or '""'


def _folder_row(spec: HookSpec, part: InputSpec | OutputSpec) -> Row:
    return f"{folder_flag(spec, part)} PATH", f"{part.description}{' (optional)' if part.optional else ''}".strip()


def _common_rows(spec: HookSpec) -> list[Row]:
    several = ((INPUT_FLAGS[0], spec.inputs, "inputs"), (OUTPUT_FLAGS[0], spec.outputs, "outputs"))
    return [
        (f"{flag} PATH", f"Folder of all {what}, each under its name; instead of their own flags")
        for flag, parts, what in several
        if len(parts) > 1
    ]


def _option_flag(option: OptionSpec) -> str:
    return f"{option.flag}, --no-{option.flag[2:]}" if option.type.kind == "bool" else f"{option.flag} VALUE"


def _section(title: str, rows: list[Row]) -> str:
    if not rows:
        return ""
    return "\n".join([f"{title}:", *(line for row in rows for line in _lines(row))])


def _lines(row: Row) -> list[str]:
    flag, text = row
    first, *more = wrap(text, _WIDTH - _COLUMN) or [""]
    head = [f"  {flag:<{_COLUMN - 3}} {first}"] if len(flag) <= _COLUMN - 3 else [f"  {flag}", " " * _COLUMN + first]
    return [line.rstrip() for line in head] + [" " * _COLUMN + line for line in more]
