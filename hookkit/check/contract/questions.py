"""What a hook answers without doing its work: what it is, and what is wrong with a call."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from hookkit.check.contract.answer import Answer
from hookkit.check.contract.bench import Bench
from hookkit.check.contract.refused import refused_text
from hookkit.check.contract.trial import Judgement, failed, passed, skipped
from hookkit.contract import DESCRIBE_FLAG, HELP_FLAGS, ExitCode
from hookkit.runtime.call import option_variable
from hookkit.runtime.command_line import folder_flag, render_arguments
from hookkit.spec import HookSpec, InputSpec, OutputSpec

_NOWHERE: Final = "/nonexistent/hookkit"
_UNKNOWN: Final = "--no-such-flag"
_OF_THE_RUNTIME: Final = "the runtime refuses this by itself: see that the hook is run by it, as `hookkit build` has it"


def print_help(bench: Bench) -> Judgement:
    """`--help`."""
    answer = bench.ask([HELP_FLAGS[0]])
    if problem := _no_answer(answer):
        return problem
    missing = [word for word in _words_of_help(bench.spec) if word not in answer.stdout]
    if missing:
        return failed(f"it does not mention {', '.join(missing)}", "see that nothing replaces the runtime's own help")
    return passed("exit code 0")


def _words_of_help(spec: HookSpec) -> list[str]:
    parts: list[InputSpec | OutputSpec] = [*spec.inputs, *spec.outputs]
    flags = [folder_flag(spec, part) for part in parts]
    return [*flags, *(one.flag for one in spec.options), *(option_variable(one.name) for one in spec.secrets)]


def describe(bench: Bench) -> Judgement:
    """`--describe`."""
    answer = bench.ask([DESCRIBE_FLAG])
    if problem := _no_answer(answer):
        return problem
    try:
        told = HookSpec.from_json(json.loads(answer.stdout))
    except ValueError as error:
        return failed(f"stdout is no HookSpec: {error}", "print nothing there, nor what starts the hook")
    if differing := _differing(told, bench.spec):
        what = f"it declares something else than before: {', '.join(differing)}"
        return failed(what, "declare what does not change from call to call; build the image anew where it is older")
    return passed("a HookSpec, and nothing else on stdout")


def _differing(told: HookSpec, known: HookSpec) -> list[str]:
    ours = known.to_json()
    return [name for name, fact in told.to_json().items() if fact != ours[name]]


def _no_answer(answer: Answer) -> Judgement | None:
    if answer.late:
        return failed("it did not answer in time", "do no work while the module is imported")
    if answer.exit_code != ExitCode.DONE:
        return failed(f"exit code {answer.exit_code}: {answer.last_words}", "mend what the module does on import")
    return None


# ---------------------------------------------------------------- calls that are wrong


def give_no_input(bench: Bench) -> Judgement:
    """All that is needed but the inputs."""
    flags = [folder_flag(bench.spec, part) for part in bench.spec.inputs if not part.optional]
    if not flags:
        return skipped("the hook needs no input")
    return _refusal(bench.ask(_arguments(bench, {})), flags)


def give_wrong_input(bench: Bench) -> Judgement:
    """Inputs that are not there."""
    if not bench.spec.inputs:
        return skipped("the hook takes no input")
    flags = [folder_flag(bench.spec, part) for part in bench.spec.inputs]
    return _refusal(bench.ask(_arguments(bench, {}) + [f"{flag}={_NOWHERE}" for flag in flags]), flags)


def give_wrong_values(bench: Bench) -> Judgement:
    """For each option a value that it can't have; a call's mistakes are all named at once."""
    texts = {one.name: text for one in bench.spec.options if (text := refused_text(one.type)) is not None}
    if not texts:
        return skipped("the hook has no option that takes only some values")
    flags = [one.flag for one in bench.spec.options if one.name in texts]
    return _refusal(bench.ask(_arguments(bench, texts)), flags)


def give_unknown_flag(bench: Bench) -> Judgement:
    """A flag that no hook has."""
    return _refusal(bench.ask([*_arguments(bench, {}), f"{_UNKNOWN}=1"]), [_UNKNOWN])


def _arguments(bench: Bench, options: Mapping[str, str]) -> list[str]:
    """Outputs and options as the sample has them, with some texts of options instead."""
    spec, call = bench.spec, bench.call({})
    known = {
        one.name: one.type.write(call.call.options[one.name]) for one in spec.options if one.name in call.call.options
    }
    return render_arguments(
        spec, {}, {part.name: f"{_NOWHERE}/{part.name}" for part in spec.outputs}, {**known, **options}
    )


def _refusal(answer: Answer, flags: Iterable[str]) -> Judgement:
    """Whether a call was refused, each of these flags on a line of its own."""
    if answer.late or answer.exit_code != ExitCode.WRONG_INPUT:
        ended = "it did not end" if answer.late else f"exit code {answer.exit_code}: {answer.last_words}"
        return failed(f"{ended}, instead of exit code 2", _OF_THE_RUNTIME)
    unnamed = [flag for flag in flags if not any(_names(line, flag) for line in answer.mistakes)]
    if unnamed:
        return failed(f"exit code 2, but no line of its own names {', '.join(unnamed)}", _OF_THE_RUNTIME)
    return passed(f"exit code 2: {', '.join(flags)} named")


def _names(line: str, flag: str) -> bool:
    """Whether a mistake is about a flag: it stands first."""
    return line == flag or line.startswith((f"{flag}:", f"{flag} "))
