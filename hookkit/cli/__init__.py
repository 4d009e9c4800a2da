"""The command line of the author's desk: one file a command; each parses, makes one call and prints.

Every error ends here: what hookkit can name becomes a line a problem on stderr and an exit code.
"""

import os
import sys
from importlib import import_module
from typing import Final

import click

from hookkit.contract import ExitCode
from hookkit.datatypes import did_you_mean
from hookkit.errors import HookkitError, Problem
from hookkit.version import __version__

#: Each command with its line in `hookkit --help`: a command's module is imported when it is called, not before.
COMMANDS: Final = {
    "new": "Make a project from a template.",
    "run": "Run the hook on this machine, under the platform's contract.",
    "test": "Run the project's own tests with the hook's Python.",
    "build": "Make the image, the WorkflowTemplate and the descriptor.",
    "manifest": "Write the descriptions into dist/, without an image.",
    "spec": "Print what the hook declares, as JSON.",
    "check": "Find what is wrong in a project or in manifests, before anything runs.",
    "doctor": "Look at what this machine offers, and what to do about what is missing.",
    "lock": "Pin what the image is made of in hookkit.lock.",
    "cache": "Look at what is kept so that nothing is made twice, or remove it.",
    "demo": "Show it all, in a temporary folder.",
}


class _Commands(click.Group):
    """Commands by name, imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"hookkit.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            remedy = did_you_mean(args[0], COMMANDS).removeprefix("; ") or f"there are {', '.join(COMMANDS)}"
            raise click.UsageError(f"{args[0]}: no such command; {remedy}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # click would end with 1, which says that the hook failed
            _forget_readers()
            ctx.exit(ExitCode.TOOL_FAILED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="hookkit %(version)s")
def hookkit() -> None:
    """Write a Python function, get a custom hook for the Destination Earth Data Lake."""


def run_command_line(arguments: list[str]) -> int:
    """Run a command; the exit code. Anything that isn't named below is our bug and keeps its traceback."""
    try:
        result = hookkit.main(arguments, prog_name="hookkit", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except (HookkitError, click.UsageError, OSError, ModuleNotFoundError) as error:
        words, exit_code = _explain(error)
        _complain(words)
        return exit_code
    return result if isinstance(result, int) else ExitCode.DONE


def _explain(error: Exception) -> tuple[str, int]:
    """What is said about an error, and the exit code."""
    match error:
        case HookkitError():
            return str(error), error.exit_code
        case click.exceptions.NoArgsIsHelpError():
            return error.format_message(), error.exit_code
        case click.UsageError():
            hint = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
            return f"{error.format_message().rstrip('.')}{hint}", error.exit_code
        case OSError():
            problem = Problem(str(error.filename or "this machine"), str(error.strerror or error))
        case ModuleNotFoundError(name=str(name)) if not name.startswith("hookkit"):
            problem = Problem("hookkit", f"its library {name} is missing", "install hookkit[cli]")
        case _:
            raise error
    return str(problem), ExitCode.TOOL_FAILED


def _forget_readers() -> None:
    """Whoever read our output has gone: Python must not try to flush the rest at the end."""
    nobody = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nobody, stream)


def _complain(words: str) -> None:
    click.echo(click.style(words, fg="red") if sys.stderr.isatty() else words, err=True)
