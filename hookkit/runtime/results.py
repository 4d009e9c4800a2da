"""What a function returned becomes results: JSON by name, `results.json`, a file each for Argo's output parameters."""

import json
from pathlib import Path
from typing import Any

from hookkit.contract import RESULTS_FILE
from hookkit.errors import OutputError, Problem, shown
from hookkit.spec import HookSpec, ResultSpec
from hookkit.travel import MAX_TEXT_BYTES, cleaned


def collect_results(spec: HookSpec, returned: object) -> dict[str, Any]:
    """The results of a hook, by name, in JSON's terms.

    Raises:
        OutputError: the function returned something else than it declares.

    """
    problems: list[Problem] = []
    results = {}
    for result in spec.results:
        try:
            results[result.name] = _dumped(result, returned)
        except (ValueError, TypeError, AttributeError) as error:
            words = str(error) if hasattr(returned, result.name) else f"is missing: the hook returned {shown(returned)}"
            problems.append(Problem(f"result {result.name!r}", words, "return what the signature says"))
    if problems:
        raise OutputError(*problems)
    return results


def _dumped(result: ResultSpec, returned: object) -> Any:
    value = getattr(returned, result.name)
    data = result.type.dump(value)
    if not isinstance(data, str):  # a text may hold what can't travel: it is cleaned instead
        result.type.load(data)
    return data


def write_results(spec: HookSpec, returned: object, results: dict[str, Any], folder: Path | None) -> None:
    """Write each result's text, cleaned of what breaks Argo's substitution, and all of them as JSON.

    Raises:
        OutputError: one is too large for an output parameter, or the folder can't be written.

    """
    if folder is None:
        return
    texts = {one.name: cleaned(one.type.write(getattr(returned, one.name))) for one in spec.results}
    _refuse_large(texts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        write_results_file(folder, results)
    except OSError as error:
        raise OutputError(Problem(str(folder), f"can't be written: {error.strerror}", "mend --results")) from None


def write_results_file(folder: Path, results: dict[str, Any]) -> None:
    """Write `results.json` into a folder."""
    text = json.dumps(results, indent=2, ensure_ascii=False)
    (folder / RESULTS_FILE).write_text(text + "\n", encoding="utf-8", errors="replace")


def _refuse_large(texts: dict[str, str]) -> None:
    what = "is {:,} bytes long, and at most {:,} can travel"
    problems = [
        Problem(f"result {name!r}", what.format(size, MAX_TEXT_BYTES), "write it into an output")
        for name, text in texts.items()
        if (size := len(text.encode())) > MAX_TEXT_BYTES
    ]
    if problems:
        raise OutputError(*problems)
