"""RunHook: what the fixture `run_hook` is: one line of a test becomes a run of a hook, and its report."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from hookkit.contract import ExitCode
from hookkit.errors import CallError
from hookkit.report import RunReport
from hookkit.runtime.call import read_call
from hookkit.spec import HookSpec
from hookkit.testing.call import HookCall, make_call
from hookkit.testing.desk import Desk, Run
from hookkit.testing.golden import Golden
from hookkit.testing.report import HookReport

#: pytest shows a failure at the line of the test, and none of ours (--full-trace does).
__tracebackhide__ = True

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, repr=False)
class RunHook:
    """Runs hooks for one test, by one engine.

    Attributes:
        folder: where the desk starts to look for the project.
        outputs: gets the outputs that the test gives no folder for.
        image: of the container; "" for the one that was built last.
        reports: of all runs of the test so far.

    """

    desk: Desk
    engine: str
    folder: Path
    outputs: Path
    golden: Golden
    image: str = ""
    reports: list[HookReport] = field(default_factory=list, compare=False)

    def __call__(
        self,
        target: str | None = None,
        values: Mapping[str, Any] = _NONE,
        /,
        *,
        config_file: str | Path | None = None,
        timeout: float | None = None,
        **more: Any,
    ) -> HookReport:
        """Run a hook to its end.

        Args:
            target: `package.module[:function]`; the project's own hook where it is None.
            values: as `more`, for a name that this function has itself, such as `timeout`.
            config_file: as the hook's own `--config-file`.
            timeout: seconds after which the hook gets the platform's signal to stop (SIGTERM).
            **more: inputs and outputs as paths, options as Python values, secrets as text, each by its name. An output
                that is not given lies in a folder of this run.

        Raises:
            TypeError: the hook has no such name, or a value is none that a hook could get.
            NotRunError: the hook can't be run.

        """
        spec = self.desk.describe(self.folder, target)
        outputs = self.outputs / str(len(self.reports) + 1)
        call = make_call(spec, _together(values, more), outputs, config_file)
        outputs.mkdir(parents=True, exist_ok=True)
        run = Run(self.folder, target, self.engine, self.image, call.arguments, call.variables, timeout)
        report = HookReport.of(_refused(spec, call, self.engine) or self.desk.run(run), call.outputs, self.golden)
        self.reports.append(report)
        return report

    def __repr__(self) -> str:
        return f"<run_hook, engine {self.engine}>"


def _together(values: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    if twice := values.keys() & more.keys():
        msg = f"run_hook({', '.join(sorted(twice))}=...): given twice; give each once"
        raise TypeError(msg)
    return {**values, **more}


def _refused(spec: HookSpec, call: HookCall, engine: str) -> RunReport | None:
    """The report of a wrong call, which ends before the hook starts, here as in the container; None for a good one."""
    try:
        read_call(spec, list(call.arguments), {**os.environ, **call.variables})
    except CallError as error:
        words, nothing = str(error), dict.fromkeys(call.outputs, ())
        return RunReport(spec.name, engine, ExitCode.WRONG_INPUT, 0.0, None, words, {}, nothing, ())
    return None
