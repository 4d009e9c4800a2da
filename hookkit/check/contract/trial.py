"""The trials that a hook has to pass, one table; and what comes of one."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

#: What a trial can't do without: a call that the hook accepts, or a hook that did its work with one.
Need = Literal["nothing", "input", "work"]
#: A warning does not fail the battery; what is skipped could not be tried, and says why.
State = Literal["passed", "failed", "warning", "skipped"]


@dataclass(frozen=True)
class Trial:
    """Something that a hook has to bear.

    Attributes:
        name: its name in reports: `output-present`.
        title: what must hold, in a few words.
        why: what happens on the platform where it does not, in a sentence.

    """

    name: str
    title: str
    why: str
    needs: Need = "nothing"


@dataclass(frozen=True)
class Judgement:
    """What came of a trial: in a few words, and what to write instead."""

    state: State
    what: str
    remedy: str = ""


@dataclass(frozen=True)
class TrialResult:
    """A trial with what came of it, and the wall time that it took."""

    trial: Trial
    state: State
    what: str
    remedy: str
    seconds: float

    def __str__(self) -> str:
        """On one line: `state name: what; remedy`."""
        advice = f"; {self.remedy}" if self.remedy else ""
        return " ".join(f"{self.state} {self.trial.name}: {self.what}{advice}".split())

    def to_json(self) -> dict[str, Any]:
        """In JSON's terms."""
        facts = {name: fact for name, fact in asdict(self).items() if name != "trial"}
        return {"name": self.trial.name, "title": self.trial.title, "why": self.trial.why, **facts}


def passed(what: str) -> Judgement:
    """Give the judgement that all is well; `what` may be a remark."""
    return Judgement("passed", what)


def failed(what: str, remedy: str) -> Judgement:
    """Give the judgement that the hook does not hold what the platform asks for."""
    return Judgement("failed", what, remedy)


def warning(what: str, remedy: str) -> Judgement:
    """Give the judgement that the platform would bear it, but people may not."""
    return Judgement("warning", what, remedy)


def skipped(why: str) -> Judgement:
    """Give the judgement that it could not be tried."""
    return Judgement("skipped", why)


HELP: Final = Trial(
    "help",
    "--help prints the usage and names every flag",
    "It is how users of the image learn what it takes.",
)
DESCRIBE: Final = Trial(
    "describe",
    "--describe prints what the hook declares, and nothing else",
    "Manifests and descriptors are made from it; it has to be the same whenever it is asked.",
)
NO_INPUT: Final = Trial(
    "no-input",
    "without its input it ends with 2 and names the flag",
    "An order without an input must not be tried again, and its user has to learn why from the last words.",
)
WRONG_INPUT: Final = Trial(
    "wrong-input",
    "with an input that does not exist it ends with 2 and names the flag",
    "A path that is mistyped must not be tried again, nor taken for an empty input.",
)
WRONG_VALUES: Final = Trial(
    "wrong-values",
    "with a wrong value for an option it ends with 2 and names the flag",
    "Argo passes any text on: the hook is the last that can refuse it.",
)
UNKNOWN_FLAG: Final = Trial(
    "unknown-flag",
    "with a flag that it does not have it ends with 2 and names it",
    "An option that is mistyped would silently keep its default.",
)
GOOD_INPUT: Final = Trial(
    "good-input",
    "with a good input it ends with 0, its products in place",
    "It is what the hook is for.",
    needs="input",
)
INPUT_READ_ONLY: Final = Trial(
    "input-read-only",
    "it leaves its input as it is, and needs no right to write there",
    "Inputs are mounted read-only, and others may be reading them.",
    needs="work",
)
OUTPUT_MISSING: Final = Trial(
    "output-missing",
    "it makes an output folder that does not exist",
    "The platform does not make it: the processor does.",
    needs="work",
)
OUTPUT_PRESENT: Final = Trial(
    "output-present",
    "over an earlier output it gives the same products, and nothing else is lost",
    "A step that is tried again finds what the first attempt left.",
    needs="work",
)
STOP: Final = Trial(
    "stop",
    "on SIGTERM it ends with 143 in time and leaves nothing half-done",
    "A cancelled order, a deadline and a drained node all send SIGTERM, and SIGKILL 30 s later.",
    needs="work",
)
CHILDREN: Final = Trial(
    "children",
    "it leaves no process running when it ends",
    "A container ends with its first process: what still runs is killed in the middle of its work.",
    needs="work",
)
RANDOM_USER: Final = Trial(
    "random-user",
    "it works as a user whom the system has no name for",
    "Clusters give each namespace user ids of its own, which are in no /etc/passwd.",
    needs="work",
)
NO_HOME: Final = Trial(
    "no-home",
    "it works without a home folder",
    "A container's user need not have one.",
    needs="work",
)
SAME_BYTES: Final = Trial(
    "same-bytes",
    "the same input gives the same bytes",
    "Products that differ from run to run can't be compared, nor golden outputs kept.",
    needs="work",
)
LOG_LINES: Final = Trial(
    "log-lines",
    "each line of its log is a JSON object of the Elastic Common Schema",
    "The platform's log search reads fields; a plain line has neither time nor level there.",
    needs="work",
)
SECRETS: Final = Trial(
    "secrets",
    "its log shows no secret",
    "Logs are kept, and read by others than who gave the secret.",
    needs="work",
)

#: In the order in which they are tried: what is cheap comes first.
TRIALS: Final = (
    *(HELP, DESCRIBE, NO_INPUT, WRONG_INPUT, WRONG_VALUES, UNKNOWN_FLAG),
    *(GOOD_INPUT, INPUT_READ_ONLY, OUTPUT_MISSING, OUTPUT_PRESENT, SAME_BYTES, LOG_LINES),
    *(SECRETS, CHILDREN, STOP, RANDOM_USER, NO_HOME),
)
