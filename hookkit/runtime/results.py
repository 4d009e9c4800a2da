"""What a function returned becomes results: JSON by name, `results.json`, a file each for Argo's output parameters."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hookkit.contract import RESULTS_FILE
from hookkit.errors import OutputError, Problem, shown
from hookkit.record import Record
from hookkit.secret import MASK
from hookkit.spec import HookSpec, ResultSpec
from hookkit.travel import MAX_TEXT_BYTES, cleaned


class Results(Record):
    """What a hook returned, by name: in JSON's terms, and as texts that an output parameter can hold."""

    values: Mapping[str, Any]
    texts: Mapping[str, str]


def collect_results(spec: HookSpec, returned: object) -> Results:
    """The results of a hook.

    Raises:
        OutputError: the function returned something else than it declares, or what no output parameter can hold.

    """
    values, texts = {}, {}
    problems: list[Problem] = []
    for result in spec.results:
        try:
            values[result.name], texts[result.name] = _collected(result, returned)
        except ValueError as error:
            problems.append(Problem(f"result {result.name!r}", str(error), "return what the signature says"))
    problems += _too_large(texts)
    if problems:
        raise OutputError(*problems)
    return Results(values, texts)


def _collected(result: ResultSpec, returned: object) -> tuple[Any, str]:
    """A result in JSON's terms and as text; ValueError where it is not what was declared."""
    if not hasattr(returned, result.name):
        msg = f"is missing: the hook returned {shown(returned)}"
        raise ValueError(msg)
    value = getattr(returned, result.name)
    try:
        data, text = result.type.dump(value), cleaned(result.type.write(value))
        if len(text.encode()) <= MAX_TEXT_BYTES:  # the one bound of a text that cleaning does not mend
            result.type.load(_cleaned(data))
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        words = str(error) if isinstance(error, ValueError) else f"is not {result.type}"
        msg = f"{shown(value)} {words}"
        raise ValueError(msg) from None
    if MASK.hide(text) != text:
        msg = "holds a secret, and everybody may read results"
        raise ValueError(msg)
    return data, text


def _cleaned(data: Any) -> Any:
    """JSON with all its texts cleaned: what a result may hold is what is left of it."""
    if isinstance(data, str):
        return cleaned(data)
    if isinstance(data, list):
        return [_cleaned(one) for one in data]
    if isinstance(data, dict):
        return {_cleaned(key): _cleaned(value) for key, value in data.items()}
    return data


def _too_large(texts: Mapping[str, str]) -> list[Problem]:
    what = "is {:,} bytes long, and at most {:,} can travel"
    return [
        Problem(f"result {name!r}", what.format(size, MAX_TEXT_BYTES), "write it into an output")
        for name, text in texts.items()
        if (size := len(text.encode())) > MAX_TEXT_BYTES
    ]


def write_results(folder: Path, results: Results) -> None:
    """Write each result's text into a file of its name, and all of them as JSON.

    Raises:
        OutputError: the folder can't be written.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in results.texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from None
    write_results_file(folder, results)


def write_results_file(folder: Path, results: Results) -> None:
    """Write `results.json` into a folder.

    Raises:
        OutputError: it can't be written.

    """
    text = json.dumps(dict(results.values), indent=2, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / RESULTS_FILE).write_text(text + "\n", encoding="utf-8", errors="replace")
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> OutputError:
    remedy = "give a folder that you may write to"
    return OutputError(Problem(f"results in {shown(str(folder))}", f"can't be written: {error.strerror}", remedy))
