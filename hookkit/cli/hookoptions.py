"""A hook's flags become options of `hookkit run`: their texts go to the runtime as they are, which checks them."""

from typing import Any, Final

import click

from hookkit.runtime.call import option_variable
from hookkit.runtime.command_line import Flag, flags_of
from hookkit.runtime.usage import describe_option, describe_secret
from hookkit.spec import HookSpec, name_flag

FOLDERS_SECTION: Final = "Inputs and outputs of the hook"
OPTIONS_SECTION: Final = "Options of the hook"
SECRETS_SECTION: Final = "Secrets of the hook, from the environment"
#: hookkit has flags of these names, too: theirs win.
AFTER_SECTION: Final = "Options of the hook, after --"


class HookOption(click.Option):
    """A flag of the hook."""

    def __init__(self, flag: Flag, spellings: list[str], help_text: str, section: str) -> None:
        self.flag = flag
        self.section = section
        super().__init__(
            [*spellings, "hook" + spellings[0].replace("-", "_")],
            help=help_text,
            type=click.STRING,
            metavar="VALUE" if flag.role == "option" else "PATH",
            default=None,
            hidden=flag.role == "secret",  # known only so that the runtime can say where secrets belong
            multiple=True,  # the runtime says what is wrong with a flag that is given twice
            **_shape(flag),
        )

    def argument(self, text: str) -> str:
        """The flag with its text, as the container's command line takes it."""
        return f"{self.opts[0]}={text}" if self.flag.takes_text else self.opts[0]


def _shape(flag: Flag) -> dict[str, Any]:
    """A bool's `--x` may stand alone or with a text, its `--no-x` stands alone; all others need a text."""
    if flag.implied is None:
        return {}
    return {"is_flag": not flag.takes_text, "flag_value": flag.implied}


def build_hook_options(spec: HookSpec, taken: set[str]) -> list[HookOption]:
    """The options of a hook; a flag whose spellings hookkit has `taken` is only had after `--`, and comes last."""
    words = _words(spec)
    return [
        HookOption(flag, spellings, _help(flag, words), AFTER_SECTION if taken & {*spellings} else _section(flag))
        for flag, spellings in _spellings(spec).items()
    ]


def _spellings(spec: HookSpec) -> dict[Flag, list[str]]:
    by_flag: dict[Flag, list[str]] = {}
    for spelling, flag in flags_of(spec).items():
        if flag.role not in {"help", "describe"}:
            by_flag.setdefault(flag, []).append(spelling)
    # The config file comes last: it holds what stands above it.
    return dict(sorted(by_flag.items(), key=lambda item: item[0].role == "config"))


def _section(flag: Flag) -> str:
    return OPTIONS_SECTION if flag.role in {"option", "config"} else FOLDERS_SECTION


def _help(flag: Flag, words: dict[tuple[str, str], str]) -> str:
    if flag.implied == "false":
        return f"The same as {name_flag(flag.name)}=false"
    return words.get((flag.role, flag.name), "")


def _words(spec: HookSpec) -> dict[tuple[str, str], str]:
    """The help of each flag, by role and name."""
    parts = [("input", part) for part in spec.inputs] + [("output", part) for part in spec.outputs]
    return {
        **{("option", option.name): describe_option(option) for option in spec.options},
        **{(role, part.name): part.description + (" (optional)" if part.optional else "") for role, part in parts},
        ("inputs", ""): _parent_words([part.name for part in spec.inputs]),
        ("outputs", ""): _parent_words([part.name for part in spec.outputs]),
        ("config", ""): "JSON or TOML file with values of options",
        ("results", ""): "Folder that gets a file a result",
    }


def secret_rows(spec: HookSpec) -> list[tuple[str, str]]:
    """The variables that secrets are taken from, with their help."""
    return [(option_variable(secret.name), describe_secret(secret)) for secret in spec.secrets]


def _parent_words(names: list[str]) -> str:
    return f"Folder above {', '.join(names)}" if names else "Accepted, but the hook has no use for it"
