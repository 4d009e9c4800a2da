"""Flags, environment, config file and defaults become one checked call; every mistake is named at once."""

import difflib
import json
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import specs, texts

from hookkit.contract import PLATFORM_KEYS
from hookkit.datatypes import ValueType
from hookkit.errors import CallError, shown
from hookkit.runtime.call import Call, read_call
from hookkit.runtime.folders import matched
from hookkit.secret import MASK, Secret
from hookkit.spec import HookSpec, InputSpec, OptionSpec, OutputSpec, SecretSpec


class Caller:
    """Calls a hook from a folder with an input `in`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "in").mkdir()

    def config(self, data: object) -> str:
        file = self.folder / "config.json"
        file.write_text(json.dumps(data))
        return f"--config-file={file}"

    def call(self, spec: HookSpec, *arguments: str, environ: Mapping[str, str] | None = None) -> Call:
        folders = [f"--input={self.folder}/in", f"--output={self.folder}/out"]
        return read_call(spec, [*folders, *arguments], environ or {})

    def option(self, spec: HookSpec, name: str, *arguments: str, **environ: str) -> Any:
        return self.call(spec, "--tiles=1", *arguments, environ=environ).options[name]

    def mistakes(self, spec: HookSpec, *arguments: str, **environ: str) -> list[str]:
        with pytest.raises(CallError) as caught:
            self.call(spec, *arguments, environ=environ)
        return str(caught.value).splitlines()


@pytest.fixture
def caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Caller:
    monkeypatch.chdir(tmp_path)
    return Caller(tmp_path)


@pytest.fixture
def list_spec(bare_spec: HookSpec) -> HookSpec:
    """A hook with one option, a list of texts."""
    return bare_spec.replace(options=(OptionSpec("bands", ValueType("list", items=(ValueType(),)), default=["B02"]),))


# ---------------------------------------------------------------- where a value comes from


def test_every_value_reaches_the_call_with_its_type(caller: Caller, mask_spec: HookSpec) -> None:
    assert caller.call(mask_spec, "--tiles=4", "--limit=.25", "--case=lower", "--verbose", '--label=""') == Call(
        inputs={"scene": caller.folder / "in"},
        outputs={"mask": caller.folder / "out"},
        options={
            "product_name": "mask",
            "limit": 0.25,
            "tiles": 4,
            "case": "lower",
            "verbose": True,
            "label": "",
        },
    )


def test_the_command_line_wins_over_the_environment_which_wins_over_the_config_file(
    caller: Caller, mask_spec: HookSpec
) -> None:
    flag, variable, config = "--product-name=flag", "variable", caller.config({"product_name": "config"})

    assert caller.option(mask_spec, "product_name") == "mask"
    assert caller.option(mask_spec, "product_name", config) == "config"
    assert caller.option(mask_spec, "product_name", config, HOOKKIT_OPTION_PRODUCT_NAME=variable) == "variable"
    assert caller.option(mask_spec, "product_name", config, flag, HOOKKIT_OPTION_PRODUCT_NAME=variable) == "flag"


def test_a_value_that_a_better_source_replaces_is_not_looked_at(caller: Caller, mask_spec: HookSpec) -> None:
    assert caller.option(mask_spec, "limit", "--limit=0.1", HOOKKIT_OPTION_LIMIT="much") == 0.1


@pytest.mark.parametrize("key", ["product_name", "product-name"])
def test_keys_of_a_config_file_have_dashes_or_underscores(caller: Caller, mask_spec: HookSpec, key: str) -> None:
    assert caller.option(mask_spec, "product_name", caller.config({key: "a"})) == "a"


def test_a_config_file_has_jsons_types_and_takes_text_for_them(caller: Caller, mask_spec: HookSpec) -> None:
    assert caller.option(mask_spec, "limit", caller.config({"limit": 1})) == 1.0
    assert caller.option(mask_spec, "limit", caller.config({"limit": "0.5"})) == 0.5
    assert caller.option(mask_spec, "verbose", caller.config({"verbose": True})) is True
    assert caller.option(mask_spec, "label", caller.config({"label": None})) is None


def test_keys_that_the_platform_adds_to_an_order_pass(caller: Caller, mask_spec: HookSpec) -> None:
    config = caller.config(dict.fromkeys(PLATFORM_KEYS, "x"))

    assert caller.option(mask_spec, "tiles", config) == 1


def test_a_key_that_only_looks_like_the_platforms_is_a_mistake(caller: Caller, mask_spec: HookSpec) -> None:
    config = caller.config({"output_s3_pth": "x", "source_colour": "x"})

    misspelt, unknown = caller.mistakes(mask_spec, "--tiles=1", config)

    assert misspelt == "--config-file, 'output_s3_pth': no such option; did you mean 'output_s3_path'?"
    assert unknown.startswith("--config-file, 'source_colour': no such option; ")


# ---------------------------------------------------------------- mistakes

RANGE = "give float, at least 0, at most 1"
NO_FLOAT = f"is not a finite float; {RANGE}"
TAG = "holds '{{', which Argo takes for a tag; put it into an input file"
NAMES = "case, label, limit, product_name, tiles, verbose"
TWICE = "is given more than once; give it once"

#: Arguments, environment and config file, and a line that names the mistake.
WHERE: list[tuple[list[str], dict[str, str], object, str]] = [
    (["--limit=2"], {}, None, f"--limit: '2' is not at most 1; {RANGE}"),
    (["--limit", "x"], {}, None, f"--limit: 'x' {NO_FLOAT}"),
    ([], {"HOOKKIT_OPTION_LIMIT": "x"}, None, f"--limit (environment, HOOKKIT_OPTION_LIMIT): 'x' {NO_FLOAT}"),
    ([], {}, {"limit": "x"}, f"--limit (config file, limit): 'x' {NO_FLOAT}"),
    ([], {}, {"limit": [1]}, f"--limit (config file, limit): [1] {NO_FLOAT}"),
    (
        [],
        {},
        {"product-name": 5},
        "--product-name (config file, product-name): 5 is not text; put it in quotes; give str",
    ),
    ([], {}, {"case": None}, "--case (config file, case): None is null, but a value is needed"),
    (["--product_name={{x}}"], {}, None, f"--product_name: '{{{{x}}}}' {TAG}; give str"),
    (["--case=uper"], {}, None, "--case: 'uper' is not one of upper, lower; did you mean 'upper'?"),
    (["--verbose=maybe"], {}, None, "--verbose: 'maybe' is not a bool; write true or false"),
    (["--tiles="], {}, None, "--tiles: '' is not an int; give int"),
    ([], {}, {"labl": "x"}, "--config-file, 'labl': no such option; did you mean 'label'?"),
    ([], {}, {"quux": "x"}, f"--config-file, 'quux': no such option; the hook has {NAMES}"),
    ([], {}, {"product-name": "a", "product_name": "b"}, f"--config-file, 'product_name': {TWICE}"),
    (
        [],
        {"HOOKKIT_OPTION_LABL": "x"},
        None,
        "HOOKKIT_OPTION_LABL: no such option; did you mean 'HOOKKIT_OPTION_LABEL'?",
    ),
    (["--input-dir=in"], {}, None, f"--input-dir: {TWICE}"),
]


@pytest.mark.parametrize("case", WHERE)
def test_a_mistake_says_where_the_value_came_from_and_what_to_give(
    caller: Caller, mask_spec: HookSpec, case: tuple[list[str], dict[str, str], object, str]
) -> None:
    arguments, environ, config, line = case
    given = [*arguments, *([caller.config(config)] if config else [])]
    tiles = [] if "--tiles=" in arguments else ["--tiles=1"]

    assert caller.mistakes(mask_spec, *tiles, *given, **environ) == [line]


def test_all_mistakes_of_a_call_are_named_at_once(caller: Caller, mask_spec: HookSpec) -> None:
    with pytest.raises(CallError) as caught:
        read_call(
            mask_spec,
            ["--input=nowhere", "--limit=2", "--labl=x", caller.config({"case": "x", "quux": 1})],
            {"HOOKKIT_OPTION_VERBOSE": "maybe", "HOOKKIT_OPTION_X": ""},
        )

    assert [problem.where for problem in caught.value.problems] == [
        *("--labl", "--input", "--output", "--config-file, 'quux'", "HOOKKIT_OPTION_X"),
        *("--limit", "--tiles", "--case (config file, case)", "--verbose (environment, HOOKKIT_OPTION_VERBOSE)"),
    ]


def test_a_missing_option_is_named_with_its_help_and_its_type(caller: Caller, mask_spec: HookSpec) -> None:
    assert caller.mistakes(mask_spec) == ["--tiles: is missing (How many tiles); write --tiles=VALUE, which is int"]


@pytest.mark.parametrize("number", ["9" * 2000, "1" + "0" * 400])
def test_a_number_beyond_all_floats_is_a_mistake_and_no_traceback(
    caller: Caller, mask_spec: HookSpec, number: str
) -> None:
    file = caller.folder / "config.json"
    file.write_text(f'{{"limit": {number}}}')

    [line] = caller.mistakes(mask_spec, "--tiles=1", f"--config-file={file}")

    assert "is not a finite float" in line


def test_an_int_that_python_can_not_print_is_a_mistake_and_no_traceback(caller: Caller, mask_spec: HookSpec) -> None:
    file = caller.folder / "config.toml"
    file.write_text(f"tiles = 0x{'f' * 5000}")

    [line] = caller.mistakes(mask_spec, f"--config-file={file}")

    assert line.startswith("--tiles (config file, tiles): <int> is an int of more than 1000 digits")


# ---------------------------------------------------------------- inputs and outputs


def test_paths_are_made_absolute(caller: Caller, mask_spec: HookSpec) -> None:
    call = read_call(mask_spec, ["--input=in", "--output=new/out", "--tiles=1"], {})

    assert call.inputs == {"scene": caller.folder / "in"}
    assert call.outputs == {"mask": caller.folder / "new/out"}


def test_the_common_flag_names_the_parent_of_several(caller: Caller, several_spec: HookSpec) -> None:
    (caller.folder / "in/scene").mkdir()
    (caller.folder / "in/dem").mkdir()

    call = read_call(several_spec, ["--input=in", "--output=out", "--report=elsewhere"], {})

    assert call.inputs == {name: caller.folder / "in" / name for name in ("scene", "dem")}
    assert call.outputs == {"mask": caller.folder / "out/mask", "report": caller.folder / "elsewhere"}


def test_an_input_may_be_a_file(caller: Caller, mask_spec: HookSpec) -> None:
    (caller.folder / "scene.tif").touch()

    call = read_call(mask_spec, ["--input=scene.tif", "--output=out", "--tiles=1"], {})

    assert call.inputs == {"scene": caller.folder / "scene.tif"}


def test_an_optional_input_that_is_not_given_is_none(caller: Caller, several_spec: HookSpec) -> None:
    assert read_call(several_spec, ["--scene=in", "--output=out"], {}).inputs == {
        "scene": caller.folder / "in",
        "dem": None,
    }


@pytest.mark.usefixtures("caller")
def test_an_optional_input_that_the_platform_left_out_is_none(several_spec: HookSpec) -> None:
    arguments = ["--scene=in", "--dem=/mnt/vol/input/dem-that-nobody-ordered", "--output=out"]

    assert read_call(several_spec, arguments, {}).inputs["dem"] is None


@pytest.mark.usefixtures("caller")
def test_an_optional_input_that_a_person_named_must_exist(several_spec: HookSpec) -> None:
    with pytest.raises(CallError, match="--dem: 'dme' does not exist; give a folder or file that exists"):
        read_call(several_spec, ["--scene=in", "--dem=dme", "--output=out"], {})


def test_a_hook_without_inputs_accepts_the_platforms_folders_unused(caller: Caller, bare_spec: HookSpec) -> None:
    assert caller.call(bare_spec) == Call({}, {}, {})


EXISTS = "does not exist; give a folder or file that exists"
FOLDER = "give a folder, which may not exist yet"
LONG = f"'{'a' * 78}…"
OTHERS = ["--input=in", "--output=out"]

PLACES: dict[str, tuple[list[str], list[str]]] = {
    "nothing given": (
        [],
        [
            "--input: is missing (Sentinel-2 scene); write --input=PATH",
            "--output: is missing (Cloud mask); write --output=PATH",
        ],
    ),
    "missing input": (["--input=nowhere", "--output=out"], [f"--input: 'nowhere' {EXISTS}"]),
    "empty input": (["--input=", "--output=out"], ["--input: is empty; write --input=PATH"]),
    "empty output": (["--input=in", "--output-dir", ""], ["--output-dir: is empty; write --output-dir=PATH"]),
    "empty config file": ([*OTHERS, "--config-file="], ["--config-file: is empty; write --config-file=PATH"]),
    "output is a file": (["--input=in", "--output=file"], [f"--output: 'file' is no folder; {FOLDER}"]),
    "input below a file": (["--input=file/x", "--output=out"], [f"--input: 'file/x' {EXISTS}"]),
    "input with a long name": (
        [f"--input={'a' * 300}", "--output=out"],
        [f"--input: {LONG} can't be read: File name too long; give a path that exists"],
    ),
    "output with a long name": (
        ["--input=in", f"--output={'a' * 300}"],
        [f"--output: {LONG} can't be a folder: File name too long; {FOLDER}"],
    ),
    "input with NUL": (["--input=a\0b", "--output=out"], [rf"--input: 'a\x00b' {EXISTS}"]),
    "config file with NUL": (
        [*OTHERS, "--config-file=a\0b"],
        ["--config-file a\0b: can't be read: embedded null byte; give a JSON or TOML file"],
    ),
}


@pytest.mark.parametrize(("arguments", "lines"), PLACES.values(), ids=PLACES)
def test_a_place_that_can_not_be_is_named(
    caller: Caller, mask_spec: HookSpec, arguments: list[str], lines: list[str]
) -> None:
    (caller.folder / "file").touch()
    with pytest.raises(CallError) as caught:
        read_call(mask_spec, ["--tiles=1", *arguments], {})

    assert str(caught.value).splitlines() == lines


@pytest.mark.usefixtures("caller")
def test_a_missing_one_of_several_is_named_with_the_common_flag(several_spec: HookSpec) -> None:
    with pytest.raises(CallError) as caught:
        read_call(several_spec, ["--scene=in", "--report=out"], {})

    assert str(caught.value) == (
        "--mask: is missing (Cloud mask); write --mask=PATH, or --output=PATH for the folder above all"
    )


# ---------------------------------------------------------------- what is found in a folder

TIF, DEEP = InputSpec("scene", glob="*.tif"), InputSpec("scene", glob="**/*.tif")
FOUND: dict[str, tuple[InputSpec, list[str], Any]] = {
    "the folder itself": (InputSpec("scene"), ["a.tif"], ""),
    "the only one": (TIF, ["a.tif", "b.jp2"], "a.tif"),
    "one of many": (TIF.replace(many=True), ["a.tif"], ["a.tif"]),
    "many, sorted": (TIF.replace(many=True), ["b.tif", "a.tif", "c.jp2"], ["a.tif", "b.tif"]),
    "not those below": (TIF.replace(many=True), ["a.tif", "deep/b.tif"], ["a.tif"]),
    "those below": (DEEP.replace(many=True), ["a.tif", "deep/er/b.tif"], ["a.tif", "deep/er/b.tif"]),
    "a folder": (InputSpec("scene", glob="*.SAFE"), ["S1.SAFE/manifest"], "S1.SAFE"),
    "an optional one that is not there": (TIF.replace(optional=True), ["b.jp2"], None),
    "optional ones that are not there": (TIF.replace(optional=True, many=True), ["b.jp2"], []),
}


def files(folder: Path, names: list[str]) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(("part", "names", "found"), FOUND.values(), ids=FOUND)
def test_a_function_gets_what_matches(
    caller: Caller, bare_spec: HookSpec, part: InputSpec, names: list[str], found: Any
) -> None:
    folder = files(caller.folder / "in", names)

    place = caller.call(bare_spec.replace(inputs=(part,))).inputs["scene"]

    wanted = [folder / name for name in found] if isinstance(found, list) else None if found is None else folder / found
    assert matched(part, place) == wanted


@pytest.mark.parametrize(("many", "found"), [(False, None), (True, [])])
def test_an_optional_input_that_is_not_given_matches_nothing(many: bool, found: Any) -> None:  # noqa: FBT001 - a column
    assert matched(TIF.replace(optional=True, many=many), None) == found


UNFOUND: dict[str, tuple[InputSpec, list[str], str]] = {
    "none": (TIF, ["b.jp2"], "holds nothing that matches *.tif; give another folder"),
    "none of many": (TIF.replace(many=True), [], "holds nothing that matches *.tif; give another folder"),
    "several": (TIF, ["a.tif", "b.tif"], "holds 2 paths that match *.tif; leave one of them"),
    "several of an optional one": (
        DEEP.replace(optional=True),
        ["a.tif", "deep/b.tif"],
        "holds 2 paths that match **/*.tif; leave one of them",
    ),
}


@pytest.mark.parametrize(("part", "names", "words"), UNFOUND.values(), ids=UNFOUND)
def test_a_folder_without_the_one_that_is_wanted_is_wrong(
    caller: Caller, bare_spec: HookSpec, part: InputSpec, names: list[str], words: str
) -> None:
    folder = files(caller.folder / "in", names)

    assert caller.mistakes(bare_spec.replace(inputs=(part,))) == [f"--input: {shown(str(folder))} {words}"]


def test_a_file_is_no_folder_to_look_into(caller: Caller, bare_spec: HookSpec) -> None:
    file = files(caller.folder, ["a.tif"]) / "a.tif"
    with pytest.raises(CallError, match=r"is no folder; give the folder that holds \*\.tif"):
        read_call(bare_spec.replace(inputs=(TIF,)), [f"--input={file}"], {})


# ---------------------------------------------------------------- earlier outputs

REFUSING = OutputSpec("mask", existing="refuse")


@pytest.mark.parametrize("names", [[], ["error.json"], [".hookkit-1-ab/products/a"]], ids=str)
def test_an_output_that_is_not_replaced_goes_where_nothing_is(
    caller: Caller, bare_spec: HookSpec, names: list[str]
) -> None:
    files(caller.folder / "out", names)

    assert caller.call(bare_spec.replace(outputs=(REFUSING,))).outputs == {"mask": caller.folder / "out"}


def test_an_output_that_is_not_replaced_does_not_go_over_an_earlier_one(caller: Caller, bare_spec: HookSpec) -> None:
    folder = files(caller.folder / "out", ["b", "a", "error.json"])

    assert caller.mistakes(bare_spec.replace(outputs=(REFUSING,))) == [
        f"--output: {shown(str(folder))} holds an earlier output, 'a', which this hook does not replace; {FOLDER}"
    ]
    assert caller.call(bare_spec.replace(outputs=(OutputSpec("mask"),))).outputs == {"mask": folder}


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (["--bands=B02"], ["B02"]),
        (["--bands=B02", "--bands", "-B03"], ["B02", "-B03"]),
        (['--bands=["B02", "B03"]', "--bands=B04"], ["B02", "B03", "B04"]),
        (["--bands=[]"], []),
    ],
)
def test_a_list_is_collected_from_repeated_flags(
    caller: Caller, list_spec: HookSpec, arguments: list[str], value: list[str]
) -> None:
    assert caller.call(list_spec, *arguments).options == {"bands": value}


def test_a_list_comes_from_one_source_alone(caller: Caller, list_spec: HookSpec) -> None:
    config, environ = caller.config({"bands": ["c"]}), {"HOOKKIT_OPTION_BANDS": '["e", "f"]'}

    assert caller.call(list_spec, config).options == {"bands": ["c"]}
    assert caller.call(list_spec, config, environ=environ).options == {"bands": ["e", "f"]}
    assert caller.call(list_spec, config, "--bands=a", environ=environ).options == {"bands": ["a"]}


@pytest.mark.parametrize(
    ("arguments", "config", "line"),
    [
        (
            ["--bands=B02", "--bands=[1]"],
            None,
            "--bands: ['B02', '[1]'] has a wrong item 2: 1 is not text; put it in quotes; give list of str",
        ),
        ([], {"bands": "B02"}, ""),
        ([], {"bands": 5}, "--bands (config file, bands): 5 is not a list; give list of str"),
        ([], {"bands": {"a": 1}}, "--bands (config file, bands): {'a': 1} is not a list; give list of str"),
    ],
)
def test_a_wrong_list_is_named_with_its_source(
    caller: Caller, list_spec: HookSpec, arguments: list[str], config: object, line: str
) -> None:
    given = [*arguments, *([caller.config(config)] if config else [])]

    if line:
        assert caller.mistakes(list_spec, *given) == [line]
    else:
        assert caller.call(list_spec, *given).options == {"bands": ["B02"]}


# ---------------------------------------------------------------- very many mistakes


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every word that a close one was looked for: the search is what takes its time."""
    found: list[str] = []
    search = difflib.get_close_matches

    def counted(word: str, *arguments: Any, **options: Any) -> list[str]:
        found.append(word)
        return search(word, *arguments, **options)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    return found


def test_close_words_are_looked_for_at_the_first_mistakes_alone(
    caller: Caller, mask_spec: HookSpec, searches: list[str]
) -> None:
    unknown = [f"labl{number}" for number in range(1000)]

    for arguments in ([caller.config(dict.fromkeys(unknown, 1))], [f"--{name}=1" for name in unknown]):
        searches.clear()
        lines = caller.mistakes(mask_spec, "--tiles=1", *arguments)

        assert len(lines) == 1000
        assert len(searches) == 20
        assert lines[0].endswith("did you mean 'label'?") or lines[0].endswith("did you mean '--label'?")
        assert lines[999].endswith("; see --help")


def test_a_thousand_wrong_variables_are_named_alike(caller: Caller, mask_spec: HookSpec, searches: list[str]) -> None:
    lines = caller.mistakes(mask_spec, "--tiles=1", **{f"HOOKKIT_OPTION_LABL{number}": "1" for number in range(1000)})

    assert (len(lines), len(searches)) == (1000, 20)


# ---------------------------------------------------------------- what is required at times


@pytest.fixture
def harvest_spec(bare_spec: HookSpec) -> HookSpec:
    """A hook that needs a user, a password and a grant of some sources alone."""
    external = (("source", "external"),)
    return bare_spec.replace(
        options=(
            OptionSpec("source", ValueType("str", ("desp", "external")), default="external"),
            OptionSpec("user", ValueType("str", optional=True), "Who asks", required_when=external),
            OptionSpec("grant", ValueType("bool", optional=True)),
            OptionSpec("client", ValueType("int", optional=True), required_when=(*external, ("grant", True))),
        ),
        secrets=(SecretSpec("password", required=False, required_when=external),),
    )


NEEDED = "is missing, and needed when source is external"
USER = f"--user: {NEEDED} (Who asks); write --user=VALUE, which is str"
PASSWORD = f"secret password: {NEEDED}; set HOOKKIT_OPTION_PASSWORD, or HOOKKIT_OPTION_PASSWORD_FILE"
CLIENT = f"--client: {NEEDED} and grant is true; write --client=VALUE, which is int"

#: Arguments, and the lines that name what is missing.
AT_TIMES: list[tuple[list[str], list[str]]] = [
    ([], [USER, PASSWORD]),
    (["--source=external"], [USER, PASSWORD]),
    (["--user=me", "--grant"], [CLIENT, PASSWORD]),
    (["--user=", "--client="], [USER, PASSWORD]),
    (["--user=me", "--grant", "--client=1"], [PASSWORD]),
    (["--source=extrenal"], ["--source: 'extrenal' is not one of desp, external; did you mean 'external'?"]),
    (["--user=me", "--grant", "--client=x"], ["--client: 'x' is not an int; give int", PASSWORD]),
]


@pytest.mark.parametrize(("arguments", "lines"), AT_TIMES, ids=[" ".join(one) for one, _ in AT_TIMES])
def test_what_is_required_at_times_is_named_with_the_condition(
    caller: Caller, harvest_spec: HookSpec, arguments: list[str], lines: list[str]
) -> None:
    assert sorted(caller.mistakes(harvest_spec, *arguments)) == sorted(lines)


def test_what_is_required_at_times_may_be_missing_at_others(caller: Caller, harvest_spec: HookSpec) -> None:
    call = caller.call(harvest_spec, "--source=desp", "--grant")

    assert (call.options["user"], call.options["client"], call.secrets["password"]) == (None, None, None)


def test_an_empty_text_is_not_missing_but_an_empty_secret_is(caller: Caller, harvest_spec: HookSpec) -> None:
    assert caller.mistakes(harvest_spec, '--user=""', HOOKKIT_OPTION_PASSWORD="") == [PASSWORD]


def test_conditions_are_on_the_values_that_the_function_gets(caller: Caller, bare_spec: HookSpec) -> None:
    level = ValueType("str", ("L1C", "L2A"), ("RAW", "SURFACE"), python=Enum("Level", {"RAW": "L1C", "SURFACE": "L2A"}))
    spec = bare_spec.replace(
        options=(
            OptionSpec("level", level, default="L1C"),
            OptionSpec("mixed", ValueType("str", (1, True)), default=1),
            OptionSpec("dem", ValueType("str", optional=True), required_when=(("level", "L2A"),)),
            OptionSpec("mask", ValueType("str", optional=True), required_when=(("mixed", True),)),
        )
    )

    assert caller.call(spec).options["dem"] is None
    for argument in ("--level=SURFACE", "--level=L2A"):
        [line] = caller.mistakes(spec, argument)
        assert line.startswith("--dem: is missing, and needed when level is L2A")
    [line] = caller.mistakes(spec, "--mixed=true")
    assert line.startswith("--mask: is missing, and needed when mixed is true")


# ---------------------------------------------------------------- the platform's orders


def order(*entries: object, **beside: object) -> dict[str, object]:
    return {"WorkflowName": "harvest", "WorkflowOptions": list(entries), **beside}


def entry(name: str, value: object) -> dict[str, object]:
    return {"Name": name, "Value": value}


ORDER = order(
    entry("platform", "dedl"), entry("source", "external"), entry("user", "me"), entry("password", "p4ssword"), Id=25380
)


@pytest.mark.parametrize("data", [ORDER, {"@odata.context": "#metadata", "value": ORDER}], ids=["sent", "answered"])
def test_a_config_file_may_be_an_order_of_the_platforms(
    caller: Caller, harvest_spec: HookSpec, data: dict[str, object]
) -> None:
    call = caller.call(harvest_spec, caller.config(data))

    assert (call.options["source"], call.options["user"]) == ("external", "me")
    assert call.secrets["password"] == Secret("p4ssword")


def test_the_secrets_of_an_order_are_hidden(caller: Caller, harvest_spec: HookSpec) -> None:
    caller.call(harvest_spec, caller.config(order(entry("user", "me"), entry("password", "hidden by order"))))

    assert MASK.hide("it is hidden by order") == "it is ***"


def test_all_mistakes_of_an_order_are_named_at_once_without_their_values(
    caller: Caller, harvest_spec: HookSpec
) -> None:
    data = order(
        entry("source", "desp"),
        entry("source", "desp"),
        {"Name": "password", "Vlaue": "p4ss"},
        entry("pasword", "p4ss"),
        "p4ss",
        entry("client", "p"),
        {**entry("user", "p4ss"), "Hidden": True},
        client="p4ss",
    )

    lines = caller.mistakes(harvest_spec, caller.config(data))

    assert [line.partition("; write")[0] for line in lines] == [
        "--config-file, 'client': stands beside WorkflowOptions, and not in it",
        "--config-file, WorkflowOptions[2]: has 'Name', 'Vlaue', and not Name and Value alone",
        "--config-file, WorkflowOptions[4]: has no Name",
        "--config-file, WorkflowOptions[6]: has 'Name', 'Value', 'Hidden', and not Name and Value alone",
        "--config-file, 'source': is given more than once; give it once",
        "--config-file, 'pasword': no such option; did you mean 'password'?",
        "--client (config file, client): 'p' is not an int; give int",
    ]


@pytest.mark.parametrize("options", [None, {}, "source", 5])
def test_options_of_an_order_that_are_no_list_are_a_mistake(
    caller: Caller, harvest_spec: HookSpec, options: object
) -> None:
    config = caller.config({"WorkflowOptions": options})

    assert caller.mistakes(harvest_spec, "--source=desp", config) == [
        '--config-file, WorkflowOptions: is no list; write [{"Name": "option", "Value": value}, ...]'
    ]


# ---------------------------------------------------------------- anything at all


def mistakes_of(spec: HookSpec, arguments: list[str], environ: Mapping[str, str]) -> list[str]:
    """The mistakes of a call, if it has any; whatever else is raised escapes from here."""
    try:
        read_call(spec, arguments, environ)
    except CallError as error:
        return [str(problem) for problem in error.problems]
    return []


words = texts | st.text() | st.sampled_from(["--input=.", "--output=out", "--config-file=c", "--config-file", "--help"])


@given(
    specs(), st.lists(words, max_size=6), st.dictionaries(texts.map("HOOKKIT_OPTION_{}".format), st.text(), max_size=3)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_argv_and_environment_is_a_call_or_has_its_mistakes_named(
    spec: HookSpec, arguments: list[str], environ: dict[str, str]
) -> None:
    assert all(len(line.splitlines()) == 1 for line in mistakes_of(spec, arguments, environ))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**400), 10**400) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
toml_values = st.sampled_from(
    ["1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", "nan", "-inf", "[1979-05-27]", "{a = nan}"]
)
toml_texts = st.sampled_from(["a = 1979-05-27", "a = inf", "[a]\nb = 1", "a = 07:32:00", "a = [", "tiles = nan"])


@given(specs(), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_config_file_is_a_call_or_has_its_mistakes_named(
    caller: Caller, spec: HookSpec, data: st.DataObject
) -> None:
    keys = st.text() | st.sampled_from([option.name for option in spec.options] or ["none"])
    entries = st.fixed_dictionaries({}, optional={"Name": keys | json_values, "Value": json_values})
    orders = (st.lists(entries | json_values, max_size=3) | json_values).map(lambda one: {"WorkflowOptions": one})
    written = (st.dictionaries(keys, json_values, max_size=5) | orders).map(json.dumps)
    toml = st.builds("{} = {}".format, st.sampled_from([one.name for one in spec.options] or ["a"]), toml_values)
    suffix = data.draw(st.sampled_from(["json", "toml", "yaml"]))
    content = data.draw(st.binary() | (written | toml_texts | toml).map(str.encode))
    file = caller.folder / f"fuzz.{suffix}"
    file.write_bytes(content)

    lines = mistakes_of(spec, [f"--config-file={file}", "--input=in", "--output=out"], {})

    assert all(len(line.splitlines()) == 1 for line in lines)


@pytest.mark.parametrize("depth", [100, 900, 980, 5000])
@pytest.mark.parametrize("suffix", ["json", "toml"])
def test_a_deeply_nested_config_file_has_its_mistakes_named(
    caller: Caller, mask_spec: HookSpec, suffix: str, depth: int
) -> None:
    nested = "[" * depth + "]" * depth
    file = caller.folder / f"deep.{suffix}"
    file.write_text(f'{{"tiles": {nested}}}' if suffix == "json" else f"tiles = {nested}")

    assert caller.mistakes(mask_spec, f"--config-file={file}")
