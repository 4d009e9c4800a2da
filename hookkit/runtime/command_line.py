"""The container's command line: a spec gives its flags, argv the texts that they were given, values the argv."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from hookkit.contract import CONFIG_FLAG, DESCRIBE_FLAG, HELP_FLAGS, INPUT_FLAGS, OUTPUT_FLAGS, RESULTS_FLAG
from hookkit.datatypes import did_you_mean
from hookkit.errors import Problem, shown
from hookkit.record import Record
from hookkit.spec import HookSpec, InputSpec, OptionSpec, OutputSpec, name_flag

Role = Literal["input", "inputs", "output", "outputs", "option", "secret", "results", "config", "help", "describe"]


#: Roles whose text is a path.
PLACES: Final = frozenset({"input", "inputs", "output", "outputs", "results", "config"})


class Flag(Record):
    """What a flag sets: the role says of which kind, the name which one of it (`inputs`: the parent of them all)."""

    role: Role
    name: str = ""
    #: Text that the flag stands for when it's given without one: a bool's `--x` and `--no-x`.
    implied: str | None = None
    #: Whether a text may be given with it at all.
    takes_text: bool = True
    #: Whether it may be given more than once.
    repeats: bool = False


class Given(Record):
    """A text that a flag was given."""

    flag: Flag
    spelled: str
    text: str


SWITCHES: Final[Mapping[str, Flag]] = {
    **{spelling: Flag("help", implied="", takes_text=False) for spelling in HELP_FLAGS},
    DESCRIBE_FLAG: Flag("describe", implied="", takes_text=False),
}


def folder_flag(spec: HookSpec, part: InputSpec | OutputSpec) -> str:
    """The flag of one input or output: `--input` where it's the only one, else its own."""
    siblings, flags = (spec.inputs, INPUT_FLAGS) if isinstance(part, InputSpec) else (spec.outputs, OUTPUT_FLAGS)
    return flags[0] if len(siblings) == 1 else name_flag(part.name)


def flags_of(spec: HookSpec) -> dict[str, Flag]:
    """Every flag that the hook's container takes, by its spelling with dashes."""
    flags: dict[str, Flag] = {CONFIG_FLAG: Flag("config"), **SWITCHES}
    flags |= _folder_flags(spec.inputs, INPUT_FLAGS, "input", "inputs")
    flags |= _folder_flags(spec.outputs, OUTPUT_FLAGS, "output", "outputs")
    if spec.results:
        flags[RESULTS_FLAG] = Flag("results")
    for option in spec.options:
        flags |= _option_flags(option)
    return flags | {name_flag(secret.name): Flag("secret", secret.name) for secret in spec.secrets}


def _folder_flags(
    parts: Iterable[InputSpec | OutputSpec], common: tuple[str, ...], one: Role, several: Role
) -> dict[str, Flag]:
    names = [part.name for part in parts]
    if len(names) == 1:
        return {spelling: Flag(one, names[0]) for spelling in common}
    own = {name_flag(name): Flag(one, name) for name in names}
    return {spelling: Flag(several) for spelling in common} | own


def _option_flags(option: OptionSpec) -> dict[str, Flag]:
    if option.type.kind != "bool":
        return {option.flag: Flag("option", option.name, repeats=option.type.repeats)}
    return {
        option.flag: Flag("option", option.name, implied="true"),
        name_flag(f"no-{option.name}"): Flag("option", option.name, implied="false", takes_text=False),
    }


def read_flags(arguments: list[str], flags: Mapping[str, Flag]) -> tuple[list[Given], list[Problem]]:
    """Argv -> the texts that each flag was given, and every mistake."""
    given: list[Given] = []
    problems: list[Problem] = []
    rest = list(reversed(arguments))
    while rest:
        argument = rest.pop()
        spelled, equals, text = argument.partition("=")
        flag = flags.get(_with_dashes(spelled))
        if flag is None:
            problems.append(_unknown(spelled, flags, problems))
        elif equals and not flag.takes_text:
            problems.append(Problem(spelled, "takes no value", f"write {spelled} alone"))
        elif equals:
            given.append(Given(flag, spelled, text))
        elif flag.implied is not None and not (flag.takes_text and rest and not rest[-1].startswith("-")):
            given.append(Given(flag, spelled, flag.implied))
        elif rest:
            given.append(Given(flag, spelled, rest.pop()))
        else:
            problems.append(Problem(spelled, "needs a value", f"write {spelled}=VALUE"))
    return given, problems + _given_twice(given)


def _with_dashes(spelled: str) -> str:
    """`--product_name` -> `--product-name`: both spellings are understood."""
    return spelled if not spelled.startswith("--") else "--" + spelled[2:].replace("_", "-")


#: To look for a close word takes its time: who made more mistakes than these needs the whole list.
_MOST_SUGGESTIONS: Final = 20


def suggestion(word: str, words: Iterable[str], earlier: list[Problem]) -> str:
    """`did you mean 'upper'?`; "" where no word is close."""
    return did_you_mean(word, words).removeprefix("; ") if len(earlier) < _MOST_SUGGESTIONS else "see --help"


def _unknown(spelled: str, flags: Iterable[str], earlier: list[Problem]) -> Problem:
    if not spelled.startswith("-"):
        return Problem(
            "command line", f"unexpected argument {shown(spelled)}", "give every value with its flag: --flag=value"
        )
    return Problem(spelled, "no such flag", suggestion(_with_dashes(spelled), flags, earlier) or "see --help")


def _given_twice(given: list[Given]) -> list[Problem]:
    seen: set[Flag] = set()
    problems = []
    for one in given:
        key = Flag(one.flag.role, one.flag.name)
        if key in seen and not one.flag.repeats and one.flag.role not in {"help", "describe"}:
            problems.append(Problem(one.spelled, "is given more than once", "give it once"))
        seen.add(key)
    return problems


def render_arguments(
    spec: HookSpec, inputs: Mapping[str, str], outputs: Mapping[str, str], options: Mapping[str, str]
) -> list[str]:
    """Places by name and options' texts by name -> the argv that `read_flags` reads back, `--flag=text` each."""
    folders = [(part, inputs) for part in spec.inputs] + [(part, outputs) for part in spec.outputs]
    return [
        *(f"{folder_flag(spec, part)}={places[part.name]}" for part, places in folders if part.name in places),
        *(f"{option.flag}={options[option.name]}" for option in spec.options if option.name in options),
    ]
