"""DF: a Dockerfile that the project owns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from hookkit.check.finding import Place, Rule, Severity
from hookkit.check.project.dockerfile import (
    Instruction,
    Stage,
    arguments,
    assignments,
    expanded,
    read_instructions,
    read_stages,
)
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject
from hookkit.check.project.secrets import kind_of_secret, names_secret

_NAMES: Final = ("Dockerfile", "Containerfile", "Dockerfile.*", "*.Dockerfile")
_ROOT: Final = frozenset({"root", "0"})
_URL: Final = re.compile(r"(https?|ftp)://", re.IGNORECASE)


@dataclass(frozen=True)
class Dockerfile:
    """A file of the project, and what stands in it."""

    shown: str
    text: str

    @cached_property
    def instructions(self) -> list[Instruction]:
        return read_instructions(self.text)

    @cached_property
    def stages(self) -> list[Stage]:
        return read_stages(self.instructions)

    def place(self, instruction: Instruction) -> Place:
        """Where an instruction starts."""
        line = self.text.split("\n")[instruction.line - 1]
        return Place(self.shown, instruction.line, len(line) - len(line.lstrip()) + 1, instruction.keyword)

    def last(self, keyword: str) -> tuple[Instruction, Stage] | None:
        """The instruction that counts: the last one of the image, or of the stages that it is built on."""
        by_name = {stage.name: stage for stage in self.stages if stage.name}
        stage = self.stages[-1] if self.stages else None
        for _ in self.stages:
            if stage is None:
                break
            if found := [one for one in stage.instructions if one.keyword == keyword]:
                return found[-1], stage
            stage = by_name.get(stage.image.lower())
        return None


def find_dockerfiles(root: Path, here: Path) -> list[Dockerfile]:
    """Those at the top of a project."""
    paths = {path for name in _NAMES for path in root.glob(name) if path.is_file() and path.suffix != ".dockerignore"}
    found = []
    for path in sorted(paths):
        shown = str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
        try:
            found.append(Dockerfile(shown, path.read_text(encoding="utf-8", errors="replace")))
        except OSError:
            continue  # the build itself says why it can't be read
    return found


def _root(subject: Subject) -> Flaws:
    for file in subject.dockerfiles:
        found = file.last("USER")
        user = found[0].text.partition(":")[0].strip("\"' ") if found else ""
        if found and user.lower() in _ROOT:
            yield Flaw(file.place(found[0]), f"the hook runs as {user}", "write a number above 0, such as USER 10001")


def _no_user(subject: Subject) -> Flaws:
    for file in subject.dockerfiles:
        if file.stages and file.last("USER") is None:
            what = "no USER: the hook runs as the base's user, which is root most of the time"
            yield Flaw(file.place(file.stages[-1].base), what, "write USER 10001 at the end")


def _shell_form(subject: Subject) -> Flaws:
    for file in subject.dockerfiles:
        found = file.last("ENTRYPOINT")
        if found and not found[0].is_exec_form:
            what = "the entrypoint is in shell form: flags of the platform get lost, and so does SIGTERM"
            yield Flaw(file.place(found[0]), what, 'write a list: ENTRYPOINT ["…", "…"]')


def _shell_command(subject: Subject) -> Flaws:
    for file in subject.dockerfiles:
        found = file.last("CMD")
        if found and not found[0].is_exec_form:
            what = "the command is in shell form: a shell stands between the platform and the hook"
            yield Flaw(file.place(found[0]), what, 'write a list: CMD ["…", "…"]')


def _all(subject: Subject, *keywords: str) -> Iterator[tuple[Dockerfile, Instruction]]:
    for file in subject.dockerfiles:
        yield from ((file, one) for one in file.instructions if one.keyword in keywords)


def _from_the_network(subject: Subject) -> Flaws:
    for file, one in _all(subject, "ADD"):
        if any(_URL.match(word) for word in one.words[:-1]) and "--checksum" not in one.text:
            what = "ADD takes whatever lies at an address on the day of the build"
            yield Flaw(file.place(one), what, "add --checksum=sha256:…, or COPY a file of the project")


def _secrets(subject: Subject) -> Flaws:
    for file, one in _all(subject, "ENV", "ARG"):
        for name, value in assignments(one):
            if value and "$" not in value and (names_secret(name) or kind_of_secret(value)):
                what = f"{name} is a secret, which stands in every image"
                yield Flaw(
                    file.place(one), what, "take it as a Secret of the hook, or mount it: RUN --mount=type=secret"
                )


def _unpinned(subject: Subject) -> Flaws:
    for file in subject.dockerfiles:
        values = arguments(file.instructions)
        names = {stage.name for stage in file.stages if stage.name}
        for stage in file.stages:
            image = expanded(stage.image, values)
            if image and image.lower() not in {"scratch", *names} and _is_unpinned(image):
                what = f"{image} is another image tomorrow"
                yield Flaw(file.place(stage.base), what, "name a tag that stays, better a digest: NAME@sha256:…")


def _is_unpinned(image: str) -> bool:
    name, at, _ = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return not at and tag in {"", "latest"}


FAMILY: Final[Family] = (
    (Rule("DF101", "a hook's image does not run as root", "The platform does not run root users."), _root),
    (
        Rule(
            "DF102",
            "an image says which user it runs as",
            "Without USER it is the base's, and most bases run as root.",
            Severity.WARNING,
        ),
        _no_user,
    ),
    (
        Rule(
            "DF103",
            "the entrypoint is a list",
            "In shell form, a shell is the process that gets SIGTERM, and arguments of the container get lost.",
        ),
        _shell_form,
    ),
    (
        Rule(
            "DF104",
            "the command is a list",
            "In shell form, a shell gets SIGTERM in place of the hook.",
            Severity.WARNING,
        ),
        _shell_command,
    ),
    (
        Rule("DF105", "ADD takes no address", "No build can be repeated.", Severity.WARNING),
        _from_the_network,
    ),
    (
        Rule("DF106", "no secret stands in ENV or ARG", "Everybody can read it who has the image: `docker history`."),
        _secrets,
    ),
    (
        Rule(
            "DF107", "a base is pinned", "Without a tag, or with `latest`, no build can be repeated.", Severity.WARNING
        ),
        _unpinned,
    ),
)
