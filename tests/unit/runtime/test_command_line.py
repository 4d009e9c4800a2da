"""A spec gives its flags, argv the texts that they were given, and values the argv."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import TRICKY, specs, texts

from hookkit.datatypes import ValueType
from hookkit.runtime.command_line import Flag, flags_of, folder_flag, read_flags, render_arguments
from hookkit.spec import HookSpec, OptionSpec, ResultSpec, SecretSpec

PLATFORM_FLAGS = {"--config-file", "--help", "-h", "--describe"}


def read(spec: HookSpec, *arguments: str) -> dict[str, str]:
    """Each flag's text by what it sets."""
    given, problems = read_flags(list(arguments), flags_of(spec))
    assert problems == []
    return {one.flag.name or one.flag.role: one.text for one in given}


def problems(spec: HookSpec, *arguments: str) -> list[str]:
    return [str(problem) for problem in read_flags(list(arguments), flags_of(spec))[1]]


# ---------------------------------------------------------------- which flags there are


def test_one_input_and_one_output_have_the_platforms_flags_whatever_their_names(mask_spec: HookSpec) -> None:
    assert set(flags_of(mask_spec)) == PLATFORM_FLAGS | {
        *("--input", "--input-dir", "--output", "--output-dir"),
        *("--product-name", "--limit", "--tiles", "--case", "--verbose", "--no-verbose", "--label"),
    }
    assert read(mask_spec, "--input=a", "--output-dir", "b") == {"scene": "a", "mask": "b"}
    assert folder_flag(mask_spec, mask_spec.inputs[0]) == "--input"
    assert folder_flag(mask_spec, mask_spec.outputs[0]) == "--output"


def test_several_inputs_and_outputs_have_a_flag_each_beside_the_platforms(several_spec: HookSpec) -> None:
    assert set(flags_of(several_spec)) == PLATFORM_FLAGS | {
        *("--input", "--input-dir", "--output", "--output-dir"),
        *("--scene", "--dem", "--mask", "--report"),
    }
    assert read(several_spec, "--input=a", "--dem=b", "--report=c") == {"inputs": "a", "dem": "b", "report": "c"}


def test_a_hook_without_inputs_and_outputs_takes_the_platforms_flags(bare_spec: HookSpec) -> None:
    assert set(flags_of(bare_spec)) == PLATFORM_FLAGS | {"--input", "--input-dir", "--output", "--output-dir"}
    assert read(bare_spec, "--input=a", "--output=b") == {"inputs": "a", "outputs": "b"}


def test_secrets_and_results_have_flags_of_their_own(bare_spec: HookSpec) -> None:
    spec = bare_spec.replace(
        secrets=(SecretSpec("api_key"),),
        results=(ResultSpec("mean", ValueType()),),
        options=(OptionSpec("bands", ValueType("list", items=(ValueType(),))),),
    )
    flags = flags_of(spec)

    assert flags["--api-key"] == Flag("secret", "api_key")  # to say that it is none for a command line
    assert flags["--results"] == Flag("results")
    assert flags["--bands"] == Flag("option", "bands", repeats=True)
    assert "--results" not in flags_of(bare_spec)


def test_a_flag_that_repeats_gives_all_its_texts_in_their_order(bare_spec: HookSpec) -> None:
    spec = bare_spec.replace(options=(OptionSpec("bands", ValueType("list", items=(ValueType(),))),))

    given, wrong = read_flags(["--bands=b", "--bands", "a", "--bands="], flags_of(spec))

    assert ([one.text for one in given], wrong) == (["b", "a", ""], [])


# ---------------------------------------------------------------- how they are read

READ: dict[str, tuple[list[str], dict[str, str]]] = {
    "text after an equals sign": (["--label=a"], {"label": "a"}),
    "text as the next argument": (["--label", "a"], {"label": "a"}),
    "underscores": (["--product_name=a"], {"product_name": "a"}),
    "dashes": (["--product-name", "a"], {"product_name": "a"}),
    "empty text": (["--label="], {"label": ""}),
    "empty text as the next argument": (["--label", ""], {"label": ""}),
    "text with an equals sign": (["--label=a=b"], {"label": "a=b"}),
    "text that begins with dashes": (["--label=--input"], {"label": "--input"}),
    "dashes as the next argument": (["--label", "--input", "--tiles", "-5"], {"label": "--input", "tiles": "-5"}),
    "bool alone": (["--verbose"], {"verbose": "true"}),
    "bool off": (["--no-verbose"], {"verbose": "false"}),
    "bool off with underscores": (["--no_verbose"], {"verbose": "false"}),
    "bool with a text": (["--verbose=no"], {"verbose": "no"}),
    "bool with the next argument": (["--verbose", "yes"], {"verbose": "yes"}),
    "bool before a flag": (["--verbose", "--label=a"], {"verbose": "true", "label": "a"}),
    "config file": (["--config-file", "c.json"], {"config": "c.json"}),
    "config file with underscores": (["--config_file=c.json"], {"config": "c.json"}),
    "help": (["-h"], {"help": ""}),
    "nothing": ([], {}),
}


@pytest.mark.parametrize(("arguments", "texts_by_name"), READ.values(), ids=READ)
def test_flags_are_read(mask_spec: HookSpec, arguments: list[str], texts_by_name: dict[str, str]) -> None:
    assert read(mask_spec, *arguments) == texts_by_name


@pytest.mark.parametrize("text", TRICKY)
def test_any_text_arrives_as_it_is_in_both_forms(mask_spec: HookSpec, text: str) -> None:
    assert read(mask_spec, f"--label={text}") == read(mask_spec, "--label", text) == {"label": text}


WRONG: dict[str, tuple[list[str], list[str]]] = {
    "misspelt": (["--labl=a"], ["--labl: no such flag; did you mean '--label'?"]),
    "misspelt with underscores": (["--product_nam=a"], ["--product_nam: no such flag; did you mean '--product-name'?"]),
    "misspelt input": (
        ["--inptu", "a"],
        [
            "--inptu: no such flag; did you mean '--input'?",
            "command line: unexpected argument 'a'; give every value with its flag: --flag=value",
        ],
    ),
    "like no flag": (["--quux"], ["--quux: no such flag; see --help"]),
    "one dash": (["-v"], ["-v: no such flag; see --help"]),
    "two dashes": (["--"], ["--: no such flag; see --help"]),
    "an abbreviation": (["--verb"], ["--verb: no such flag; did you mean '--verbose'?"]),
    "another case": (["--LABEL=a"], ["--LABEL: no such flag; see --help"]),
    "positional": (
        ["scene.tif"],
        ["command line: unexpected argument 'scene.tif'; give every value with its flag: --flag=value"],
    ),
    "empty": ([""], ["command line: unexpected argument ''; give every value with its flag: --flag=value"]),
    "without its text": (["--label"], ["--label: needs a value; write --label=VALUE"]),
    "twice": (["--label=a", "--label=a"], ["--label: is given more than once; give it once"]),
    "twice, spelled otherwise": (
        ["--product-name=a", "--product_name=b"],
        ["--product_name: is given more than once; give it once"],
    ),
    "an input twice": (["--input=a", "--input-dir=b"], ["--input-dir: is given more than once; give it once"]),
    "on and off": (["--verbose", "--no-verbose"], ["--no-verbose: is given more than once; give it once"]),
    "off with a text": (["--no-verbose=true"], ["--no-verbose: takes no value; write --no-verbose alone"]),
    "help with a text": (["--help=me"], ["--help: takes no value; write --help alone"]),
    "all at once": (
        ["a", "--labl=a", "--tiles"],
        [
            "command line: unexpected argument 'a'; give every value with its flag: --flag=value",
            "--labl: no such flag; did you mean '--label'?",
            "--tiles: needs a value; write --tiles=VALUE",
        ],
    ),
}


@pytest.mark.parametrize(("arguments", "lines"), WRONG.values(), ids=WRONG)
def test_each_mistake_is_a_line(mask_spec: HookSpec, arguments: list[str], lines: list[str]) -> None:
    assert problems(mask_spec, *arguments) == lines


@given(specs(), st.lists(texts | st.text(), max_size=6))
def test_any_argv_is_read_or_has_its_mistakes_named(spec: HookSpec, arguments: list[str]) -> None:
    found, wrong = read_flags(arguments, flags_of(spec))

    assert len(found) + len(wrong) >= (1 if arguments else 0)
    assert all(len(str(problem).splitlines()) <= 1 for problem in wrong)


# ---------------------------------------------------------------- and written


@given(specs(), st.data())
def test_what_is_rendered_is_read_back(spec: HookSpec, data: st.DataObject) -> None:
    def some(names: list[str]) -> dict[str, str]:
        return data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, texts)))

    inputs, outputs, options = (
        some([one.name for one in parts]) for parts in (spec.inputs, spec.outputs, spec.options)
    )
    found, wrong = read_flags(render_arguments(spec, inputs, outputs, options), flags_of(spec))

    assert wrong == []
    assert {one.flag.name: one.text for one in found} == inputs | outputs | options


def test_arguments_are_rendered_with_their_flags_in_the_order_of_the_spec(
    several_spec: HookSpec, mask_spec: HookSpec
) -> None:
    assert render_arguments(mask_spec, {"scene": "a"}, {"mask": "b"}, {"verbose": "false", "product_name": "--x"}) == [
        *("--input=a", "--output=b", "--product-name=--x", "--verbose=false"),
    ]
    assert render_arguments(several_spec, {"dem": "d"}, {"report": "r", "mask": "m"}, {}) == [
        *("--dem=d", "--mask=m", "--report=r"),
    ]


def test_a_flag_says_which_role_it_has(several_spec: HookSpec) -> None:
    flags = flags_of(several_spec)

    assert flags["--scene"] == Flag("input", "scene")
    assert flags["--input"] == flags["--input-dir"] == Flag("inputs")
    assert flags["--output"] == Flag("outputs")
