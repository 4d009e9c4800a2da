"""Hera's models of Argo's documents become the closed schema that `hookkit check manifest` ships.

`python tools/argo_schema.py` prints it; with `--write` it goes where hookkit loads it from.
"""  # noqa: INP001 - a script, no package

import argparse
import json
import re
import sys
import types
import typing
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from argo_schema_mended import ADDED, CHOICES, MENDED
from hera.workflows import models
from pydantic import BaseModel, RootModel

Definitions = dict[str, dict[str, str]]

SHIPPED: Final = Path(__file__).parents[1] / "hookkit/check/manifest/schema/argo.json"
KINDS: Final = ("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow")

_SCALARS: Final[dict[Any, str]] = {str: "string", bool: "boolean", int: "integer", float: "number", Any: "any"}
#: Hera's models that stand for one value of JSON, as the schema calls them.
_VALUES: Final = {"Time": "time", "IntOrString": "int-or-string", "Quantity": "quantity"}
_K8S_HEADER: Final = "hera.workflows.models.io.k8s.api.core.v1.HTTPHeader"  # Argo has another HTTPHeader


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    text = render_schema()
    if parser.parse_args().write:
        SHIPPED.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def render_schema() -> str:
    """The schema as it ships: sorted, a definition after the other, a field a line."""
    definitions: Definitions = {}
    for kind in KINDS:
        _define(getattr(models, kind), definitions)
    _mend(definitions)
    schema = {
        "source": f"hera {version('hera')}, mended by tools/argo_schema_mended.py",
        "choices": {name: " | ".join(values) for name, (values, _) in CHOICES.items()},
        "definitions": _reachable(definitions),
    }
    return json.dumps(schema, indent=1, sort_keys=True) + "\n"


def _define(model: type[BaseModel], definitions: Definitions) -> None:
    """Write down a model and all that it refers to."""
    name = _name(model)
    if name in definitions:
        return
    definitions[name] = fields = {}
    for attribute, field in model.model_fields.items():
        mark = "!" if field.is_required() else ""
        fields[field.alias or attribute] = _type(field.annotation, definitions) + mark


def _name(model: type[BaseModel]) -> str:
    path = f"{model.__module__}.{model.__qualname__}"
    return "HTTPGetHeader" if path == _K8S_HEADER else model.__name__


def _type(annotation: Any, definitions: Definitions) -> str:
    """An annotation in the notation of the schema: `string`, `[Template]`, `{quantity}`."""
    arguments = [argument for argument in typing.get_args(annotation) if argument is not types.NoneType]
    match typing.get_origin(annotation):
        case typing.Union | types.UnionType if len(arguments) == 1:
            return _type(arguments[0], definitions)
        case typing.Annotated:
            return _type(arguments[0], definitions)
        case builtin if builtin is list:
            return f"[{_type(arguments[0], definitions)}]"
        case builtin if builtin is dict:
            return f"{{{_type(arguments[1], definitions)}}}"
        case _:
            return _SCALARS[annotation] if annotation in _SCALARS else _type_of_model(annotation, definitions)


def _type_of_model(model: type[BaseModel], definitions: Definitions) -> str:
    if model.__name__ in _VALUES:
        return _VALUES[model.__name__]
    if issubclass(model, RootModel):  # a name for a list or a number, such as ParallelSteps
        return _type(model.model_fields["root"].annotation, definitions)
    _define(model, definitions)
    return _name(model)


def _mend(definitions: Definitions) -> None:
    for name, fields in ADDED.items():
        definitions[name] = dict(fields)
    for place, (new, _) in MENDED.items():
        definition, field = place.split(".")
        definitions[definition][field] = new
    for choice, (_, places) in CHOICES.items():
        for place in places:
            definition, field = place.split(".")
            old = definitions[definition][field]
            definitions[definition][field] = old.replace("string", choice)


def _reachable(definitions: Definitions) -> Definitions:
    """Those that a document of one of the kinds can hold."""
    found: Definitions = {}
    wanted = list(KINDS)
    while wanted:
        name = wanted.pop()
        if name in definitions and name not in found:
            found[name] = definitions[name]
            wanted += [word for text in found[name].values() for word in re.findall(r"[\w-]+", text)]
    return found


if __name__ == "__main__":
    main()
