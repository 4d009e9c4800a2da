"""What a hook's container and the platform promise each other: paths, flags, exit codes, labels.

Every path, exit code and name that both sides rely on stands here and nowhere else. The sources are the platform's
processor starter (command line, volume, exit codes from 100) and Argo Workflows (termination log, signals).
"""

from enum import IntEnum
from typing import Final

# ---------------------------------------------------------------- exit codes


class ExitCode(IntEnum):
    """How a hook ends, as Argo's `retryStrategy` and the platform read it."""

    DONE = 0
    HOOK_FAILED = 1
    WRONG_INPUT = 2
    TRANSIENT = 75  # EX_TEMPFAIL of sysexits.h
    TOOL_FAILED = 125  # hookkit or the engine itself failed, not the hook (Docker's convention)
    INTERRUPTED = 130
    KILLED = 137
    STOPPED = 143


#: Statuses that a processor defines for itself start here (platform).
FIRST_AUTHOR_EXIT_CODE: Final = 100
#: Taken by Argo's executor, the shell, Docker and the kernel: a hook that used them would be misread.
RESERVED_EXIT_CODES: Final = frozenset({64, 65, *range(125, 166)})
#: Exit codes after which running the same step again may help.
RETRYABLE_EXIT_CODES: Final = (ExitCode.TRANSIENT, ExitCode.KILLED, ExitCode.STOPPED)

#: Argo's executor kills 30 s after SIGTERM; the supervisor has to be done before that.
GRACE_SECONDS: Final = 25.0

# ---------------------------------------------------------------- the command line

INPUT_FLAGS: Final = ("--input", "--input-dir")
OUTPUT_FLAGS: Final = ("--output", "--output-dir")
CONFIG_FLAG: Final = "--config-file"
RESULTS_FLAG: Final = "--results"
HELP_FLAGS: Final = ("--help", "-h")
DESCRIBE_FLAG: Final = "--describe"
#: Names that an option can't have: their flags are taken, or they make a config file an order.
RESERVED_NAMES: Final = frozenset(
    {"input", "input_dir", "output", "output_dir", "results", "config_file", "help", "describe", "WorkflowOptions"}
)

# ---------------------------------------------------------------- an order

#: The key of an order that holds its options, `[{"Name": …, "Value": …}]`: a config file may be a whole order.
ORDER_OPTIONS: Final = "WorkflowOptions"

#: Options that the platform serves for every workflow: where results go ...
OUTPUT_OPTIONS: Final = (
    "output_storage",
    "output_s3_endpoint_url",
    "output_s3_access_key",
    "output_s3_secret_key",
    "output_s3_path",
)
#: ... and where the input of a custom hook lies.
SOURCE_OPTIONS: Final = ("source_s3_path", "source_s3_endpoint_url", "source_s3_access_key", "source_s3_secret_key")
#: Keys that the platform itself adds to an order, on top of those that a hook declares: never "unknown".
PLATFORM_KEYS: Final = frozenset(
    {
        *("platform", "version", "brand", *OUTPUT_OPTIONS, *SOURCE_OPTIONS),
        *("source_type", "desp_source_username", "desp_source_password", "desp_source_collection"),
        *("source_catalogue_api_url", "source_catalogue_api_type", "source_catalogue_collection", "source_token_url"),
        *("source_grant_type", "source_auth_header_name", "source_username", "source_password"),
        *("source_client_id", "source_client_secret"),
    }
)

# ---------------------------------------------------------------- the environment

OPTION_VARIABLE: Final = "HOOKKIT_OPTION_"
#: After the variable of a secret: the file that holds it, as Kubernetes mounts secrets.
SECRET_FILE_SUFFIX: Final = "_FILE"  # noqa: S105 - a name, no secret
#: Names the file that Argo reads a hook's progress from.
PROGRESS_VARIABLE: Final = "ARGO_PROGRESS_FILE"
LOG_FORMAT_VARIABLE: Final = "HOOKKIT_LOG_FORMAT"  # "ecs" or "text"; default: text on a terminal
GRACE_VARIABLE: Final = "HOOKKIT_GRACE_SECONDS"
#: A file that gets the outcome as JSON, with the peak memory: how hookkit's own runners learn of it.
OUTCOME_VARIABLE: Final = "HOOKKIT_OUTCOME_FILE"
TERMINATION_LOG_VARIABLE: Final = "HOOKKIT_TERMINATION_LOG"  # as a pod's terminationMessagePath may say otherwise

# ---------------------------------------------------------------- the volume

VOLUME: Final = "/mnt/vol"
#: The one place where anything may be written; inputs are laid below it, too.
INPUT_ROOT: Final = f"{VOLUME}/input"
OUTPUT_ROOT: Final = f"{VOLUME}/output"
#: A file a result, for Argo's output parameters.
RESULTS_ROOT: Final = f"{VOLUME}/results"
RESULTS_FILE: Final = "results.json"
#: What the runtime keeps inside the output folder while a hook runs; never part of a product.
STAGING_PREFIX: Final = ".hookkit-"
#: Left in the output folder by a hook that failed: type, message, retryable, stack trace.
ERROR_FILE: Final = "error.json"

TERMINATION_LOG: Final = "/dev/termination-log"
TERMINATION_LOG_BYTES: Final = 4096  # Kubernetes cuts what is longer

# ---------------------------------------------------------------- the image

IMAGE_ROOT: Final = "/opt/hook"
IMAGE_PYTHON: Final = f"{IMAGE_ROOT}/bin/python"
IMAGE_RUNTIME: Final = "/opt/hookkit"
IMAGE_CODE: Final = f"{IMAGE_ROOT}/code"
IMAGE_USER: Final = 10001

LABEL_SPEC: Final = "io.hookkit.spec"
LABEL_VERSION: Final = "io.hookkit.version"

RUNTIME_MODULE: Final = "hookkit.runtime"
