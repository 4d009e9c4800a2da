"""JSON becomes the file of inputs that Flyte lays down for a task: `flyte_inputs.py VALUES FILE`."""
# mypy: disable-error-code="import-not-found"

import json
import sys
from datetime import date
from pathlib import Path

from flyte_task import Band, Method, shout
from flytekit import FlyteContextManager
from flytekit.core.type_engine import TypeEngine

values = json.loads(sys.argv[1])
values |= {
    "method": Method(values["method"]),
    "band": Band(values["band"]),
    "day": date.fromisoformat(values["day"]),
}
context = FlyteContextManager.current_context()
literals = TypeEngine.dict_to_literal_map(context, values, shout.python_interface.inputs)
Path(sys.argv[2]).write_bytes(literals.to_flyte_idl().SerializeToString())
