"""`hookkit run`: the hook on this machine; its options are options of the command."""

import os
import shlex
import sys
from dataclasses import replace
from typing import Any, Final, Literal

import click

from hookkit.cache import Cache
from hookkit.cli.engines import ENGINES, Engine, choose_runner
from hookkit.cli.hookoptions import (
    AFTER_SECTION,
    FOLDERS_SECTION,
    OPTIONS_SECTION,
    SECRETS_SECTION,
    HookOption,
    build_hook_options,
    secret_rows,
)
from hookkit.cli.progress import hook_progress
from hookkit.cli.report import print_report
from hookkit.cli.target import find_target
from hookkit.datatypes import did_you_mean
from hookkit.errors import CallError, HookkitError, Problem

_OWN_SECTION: Final = "Options of hookkit run"
_HOOK_OPTIONS: Final = "hookkit.hook_options"
_HELP: Final = frozenset({"-h", "--help"})
_AFTER: Final = "hookkit.after"
_WHY_NO_HOOK: Final = "hookkit.why_no_hook"


class _RunCommand(click.Command):
    """The command's parameters are its own and the hook's: the target is found first, then its spec is read."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.own = list(self.params)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        before, ctx.meta[_AFTER] = _split(args)
        target, flags = _split_target(before, self.own)
        try:
            ctx.obj = find_target(target, Cache.of_user(), confined=True)
        except HookkitError as error:
            if not _HELP & set(before):
                raise
            ctx.obj, flags = None, ["--help"]
            ctx.meta[_WHY_NO_HOOK] = str(error)
        try:
            return super().parse_args(ctx, [*flags])  # click empties the list that it is given
        except click.NoSuchOption:
            raise CallError(*self._unknown(ctx, flags)) from None

    def _unknown(self, ctx: click.Context, flags: list[str]) -> list[Problem]:
        """Every flag that neither hookkit nor the hook has; click stops at the first."""
        known = [spelling for option in self.get_params(ctx) for spelling in (*option.opts, *option.secondary_opts)]
        spelled = [flag.partition("=")[0] for flag in flags if flag.startswith("-")]
        return [
            Problem(flag, "no such option", did_you_mean(flag, known).removeprefix("; ") or "see hookkit run --help")
            for flag in spelled
            if flag.startswith("--") and flag not in known
        ] or [Problem(spelled[0], "no such option", "see hookkit run --help")]

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        help_option = self.get_help_option(ctx)
        hook_options = [option for option in self.hook_options(ctx) if option.section != AFTER_SECTION]
        return [*self.own, *hook_options, *([help_option] if help_option else [])]

    def hook_options(self, ctx: click.Context) -> list[HookOption]:
        """The options of the hook that was found."""
        if ctx.obj is None:
            return []
        if _HOOK_OPTIONS not in ctx.meta:
            own = {spelling for parameter in self.own for spelling in (*parameter.opts, *parameter.secondary_opts)}
            ctx.meta[_HOOK_OPTIONS] = build_hook_options(ctx.obj[1], own | _HELP)
        found: list[HookOption] = ctx.meta[_HOOK_OPTIONS]
        return found

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections = (FOLDERS_SECTION, OPTIONS_SECTION, SECRETS_SECTION, AFTER_SECTION, _OWN_SECTION)
        rows: dict[str, list[tuple[str, str]]] = {section: [] for section in sections}
        for parameter in dict.fromkeys([*self.get_params(ctx), *self.hook_options(ctx)]):
            section = parameter.section if isinstance(parameter, HookOption) else _OWN_SECTION
            if record := parameter.get_help_record(ctx):
                rows[section].append(record)
        rows[SECRETS_SECTION] = secret_rows(ctx.obj[1]) if ctx.obj else []
        for section, records in rows.items():
            if records:
                with formatter.section(section):
                    formatter.write_dl(records)
        if ctx.obj is None:
            formatter.write_paragraph()
            formatter.write_text("The hook's own options are not listed, because there is no hook to ask:")
            for line in ctx.meta[_WHY_NO_HOOK].splitlines():
                formatter.write(f"  {line}\n")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["[MODULE:FUNCTION]", *super().collect_usage_pieces(ctx), "[-- HOOK OPTION...]"]


def _split(args: list[str]) -> tuple[list[str], list[str]]:
    """What stands before `--`, and after it, which is the hook's whatever it's named."""
    if "--" not in args:
        return args, []
    at = args.index("--")
    return args[:at], args[at + 1 :]


def _split_target(args: list[str], own: list[click.Parameter]) -> tuple[str | None, list[str]]:
    """The target, and all but it: it is the first argument, or stands behind options of hookkit."""
    takes_text = {spelling: not getattr(option, "is_flag", False) for option in own for spelling in option.opts}
    takes_text |= dict.fromkeys(_HELP, False)
    at = 0
    while at < len(args) and (spelling := args[at].partition("=")[0]) in takes_text:
        at += 2 if takes_text[spelling] and "=" not in args[at] else 1
    if at < len(args) and not args[at].startswith("-"):
        return args[at], args[:at] + args[at + 1 :]
    return None, args


# ---------------------------------------------------------------- the command


@click.command(name="run", cls=_RunCommand)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="process",
    show_default=True,
    help="What runs the hook: a process of the project's Python, its image, or this interpreter (for debuggers).",
)
@click.option("--image", metavar="REFERENCE", help="Image for the container; default: what `hookkit build` made last.")
@click.option("--log", "log_format", type=click.Choice(["text", "ecs"]), help="Log as text or as ECS JSON lines.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON on stdout, and nothing else there.")
@click.option(
    "--require-sandbox", "strict", is_flag=True, help="Fail where one of the platform's rules can't be enforced here."
)
@click.option("--print", "print_only", is_flag=True, help="Print the command instead of running it.")
@click.pass_context
def command(  # noqa: PLR0913 - a parameter a flag
    ctx: click.Context,
    /,
    *,
    engine: Engine,
    image: str | None,
    log_format: Literal["text", "ecs"] | None,
    as_json: bool,
    strict: bool,
    print_only: bool,
    **_hook_options: tuple[str, ...],
) -> None:
    """Run a hook on this machine, under the platform's contract.

    The hook is the project's here, or the one named. What stands after -- goes to the hook, whatever it's named. The
    exit code is the hook's; it is 125 when hookkit or the engine failed.
    """
    from hookkit.local import LocalRun
    from hookkit.local.places import refuse_overlaps
    from hookkit.runtime.call import read_call

    project, spec = ctx.obj
    call = read_call(spec, _hook_arguments(ctx), os.environ)
    refuse_overlaps(project, spec, call)
    run = LocalRun(project, spec, call, log_format or ("text" if sys.stderr.isatty() else "ecs"))
    runner = choose_runner(engine, project, image, strict=strict)
    if print_only:
        click.echo(shlex.join(runner.command(run)))
        return
    with hook_progress() as progress:
        report = runner.run(replace(run, progress_file=progress.file, watch=progress.measured), progress)
    print_report(report, call.outputs, as_json=as_json)
    sys.exit(report.exit_code)


def _hook_arguments(ctx: click.Context) -> list[str]:
    """The hook's flags that were given, as the container's command line takes them, and all that stood after `--`."""
    given = [
        option.argument(text)
        for option in ctx.command.get_params(ctx)
        if isinstance(option, HookOption)
        for text in ctx.params[option.name or ""]
    ]
    after: list[str] = ctx.meta[_AFTER]
    return [*given, *after]
