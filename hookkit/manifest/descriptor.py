"""A HookSpec becomes the workflow descriptor: what the platform's `GET Workflows` would answer for it."""

from typing import Any, Final, NamedTuple

from hookkit.manifest.wording import bounded_description
from hookkit.spec import HookSpec, OptionSpec, SecretSpec


class CommonOption(NamedTuple):
    """An option that the platform itself serves, before the hook's own."""

    name: str
    description: str
    values: tuple[str, ...] = ()


_PRIVATE_ONLY: Final = "Use only when 'output_storage' is equal to 'PRIVATE'."

OUTPUT_OPTIONS: Final = (
    CommonOption(
        "output_storage",
        "Where the results are stored: 'PRIVATE' (your own bucket; requires all 'output_s3_*' options)"
        " or 'TEMPORARY' (a shared bucket, kept for two weeks).",
        ("PRIVATE", "TEMPORARY"),
    ),
    CommonOption("output_s3_endpoint_url", f"URL of the S3 service where the results are stored. {_PRIVATE_ONLY}"),
    CommonOption("output_s3_access_key", f"Access key to the S3 service at 'output_s3_endpoint_url'. {_PRIVATE_ONLY}"),
    CommonOption("output_s3_secret_key", f"Secret key to the S3 service at 'output_s3_endpoint_url'. {_PRIVATE_ONLY}"),
    CommonOption(
        "output_s3_path",
        f"Bucket and prefix (s3://bucket/prefix) where the results are stored. {_PRIVATE_ONLY}",
    ),
)
SOURCE_OPTIONS: Final = (
    CommonOption("source_s3_path", "Bucket and prefix (s3://bucket/prefix) where the input lies."),
    CommonOption("source_s3_endpoint_url", "URL of the S3 service where the input lies."),
    CommonOption("source_s3_access_key", "Access key to the S3 service provided in 'source_s3_endpoint_url'."),
    CommonOption("source_s3_secret_key", "Secret key to the S3 service provided in 'source_s3_endpoint_url'."),
)


def render_descriptor(spec: HookSpec) -> dict[str, Any]:
    """The answer that lists this hook alone; `Id` and `Uuid` are null until the platform gives them."""
    return {
        "@odata.context": "$metadata#Workflows/$entity",
        "value": [
            {
                "Id": None,
                "Uuid": None,
                "Name": spec.name,
                "DisplayName": spec.title,
                "Documentation": None,
                "Description": spec.description,
                "InputProductType": None,
                "InputProductTypes": [],
                "OutputProductType": None,
                "OutputProductTypes": [],
                "WorkflowVersion": spec.version,
                "WorkflowOptions": _workflow_options(spec),
                "CustomInputSource": True,  # a hook of hookkit is a custom hook
                "InputProductStatusOffline": False,
            }
        ],
    }


def _workflow_options(spec: HookSpec) -> list[dict[str, Any]]:
    own = {option.name: _own_option(option) for option in spec.options}
    own |= {secret.name: _secret_option(secret) for secret in spec.secrets}
    needs_source = any(not source.optional for source in spec.inputs)
    common = [
        *(_common_option(option, required=True) for option in OUTPUT_OPTIONS),
        *(_common_option(option, required=needs_source) for option in SOURCE_OPTIONS if spec.inputs),
    ]
    # What a hook declares itself is the hook's: a name stands once.
    return [*(option for option in common if option["Name"] not in own), *own.values()]


def _common_option(option: CommonOption, *, required: bool) -> dict[str, Any]:
    return {
        "Name": option.name,
        "Description": option.description,
        "Type": "str",
        "Default": None,
        "Value": _allowed(option.values),
        "Required": required,
    }


def _own_option(option: OptionSpec) -> dict[str, Any]:
    return {
        "Name": option.name,
        "Description": bounded_description(option),
        "Type": option.type.option_type,
        "Default": None if option.required else option.default,
        "Value": _allowed(option.type.choices),
        "Required": option.required,
    }


def _secret_option(secret: SecretSpec) -> dict[str, Any]:
    """The platform knows no secrets among options but never echoes one: it is a text like any other."""
    return {
        "Name": secret.name,
        "Description": secret.description,
        "Type": "str",
        "Default": None,
        "Value": None,
        "Required": secret.required,
    }


def _allowed(values: tuple[Any, ...]) -> list[dict[str, Any]] | None:
    return [{"value": value, "condition": None} for value in values] or None
