"""A HookSpec becomes the workflow descriptor: what the platform's `GET Workflows` would answer for it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from hookkit.contract import OUTPUT_OPTIONS, SOURCE_OPTIONS
from hookkit.manifest.wording import bounded_description, unwrapped
from hookkit.spec import HookSpec, InputSpec, OptionSpec, OutputSpec, SecretSpec

_PRIVATE_ONLY: Final = "Use only when 'output_storage' is equal to 'PRIVATE'."
#: What is said of the options that the platform serves itself; of where results go, in its own words.
_WORDS: Final[Mapping[str, str]] = {
    "output_storage": "Output storage type, with viable values being: 'PRIVATE', 'TEMPORARY'."
    " If equal to 'PRIVATE' then all 'output_s3_*' parameters are required.",
    "output_s3_endpoint_url": f"URL to s3endpoint where the output should be stored. {_PRIVATE_ONLY}",
    "output_s3_access_key": f"Access key to your s3endpoint provided in 's3_endpoint_url'. {_PRIVATE_ONLY}",
    "output_s3_secret_key": f"Secret key to your s3endpoint provided in 's3_endpoint_url'. {_PRIVATE_ONLY}",
    "output_s3_path": "The path (with bucket and prefix, in format s3://bucket/prefix) in your s3 storage,"
    f" where the output should be stored. {_PRIVATE_ONLY}",
    "source_s3_path": "Bucket and prefix (s3://bucket/prefix) where the input lies.",
    "source_s3_endpoint_url": "URL of the S3 service where the input lies.",
    "source_s3_access_key": "Access key to the S3 service provided in 'source_s3_endpoint_url'.",
    "source_s3_secret_key": "Secret key to the S3 service provided in 'source_s3_endpoint_url'.",
}
_VALUES: Final[Mapping[str, tuple[str, ...]]] = {"output_storage": ("PRIVATE", "TEMPORARY")}


def render_descriptor(spec: HookSpec) -> dict[str, Any]:
    """The answer that lists this hook alone; `Id` and `Uuid` are null until the platform gives them."""
    return {"@odata.context": "$metadata#Workflows/$entity", "value": [_workflow(spec)]}


def _workflow(spec: HookSpec) -> dict[str, Any]:
    return {
        "Id": None,
        "Uuid": None,
        "Name": spec.name,
        "DisplayName": spec.title,
        "Documentation": spec.listing.documentation,
        "Description": unwrapped(spec.description),
        **_product_types("InputProductType", spec.inputs),
        **_product_types("OutputProductType", spec.outputs),
        "WorkflowVersion": spec.version,
        "WorkflowOptions": list(_workflow_options(spec)),
        "CustomInputSource": spec.listing.custom_input_source,
        "InputProductStatusOffline": spec.listing.input_product_status_offline,
    }


def _product_types(key: str, parts: Iterable[InputSpec | OutputSpec]) -> dict[str, Any]:
    """The usual type, and all of them, of several inputs or outputs together."""
    types = list(dict.fromkeys(one for part in parts for one in part.product_types))
    return {key: types[0] if types else None, f"{key}s": types}


def _workflow_options(spec: HookSpec) -> Iterator[dict[str, Any]]:
    values = spec.options_and_secrets
    own = {value.name for value in values}
    # What a hook declares itself is the hook's: a name stands once.
    yield from (option for option in _platform_options(spec) if option["Name"] not in own)
    for value in values:
        yield _secret(value) if isinstance(value, SecretSpec) else _option(value)


def _platform_options(spec: HookSpec) -> Iterator[dict[str, Any]]:
    """What the platform serves itself, before the hook's own: where results go, and where a custom input lies."""
    asked = dict.fromkeys(OUTPUT_OPTIONS, True)
    if spec.inputs and spec.listing.custom_input_source:
        asked |= dict.fromkeys(SOURCE_OPTIONS, any(not part.optional for part in spec.inputs))
    for name, required in asked.items():
        yield _workflow_option(name, _WORDS[name], values=_VALUES.get(name, ()), required=required)


def _option(option: OptionSpec) -> dict[str, Any]:
    return _workflow_option(
        option.name,
        bounded_description(option),
        option.type.option_type,
        default=None if option.required else option.default,
        values=option.type.choices,
        required=_is_asked_for(option),
    )


def _secret(secret: SecretSpec) -> dict[str, Any]:
    """The platform knows no secrets among options but never echoes one: it is a text like any other."""
    return _workflow_option(secret.name, bounded_description(secret), required=_is_asked_for(secret))


def _is_asked_for(value: OptionSpec | SecretSpec) -> bool:
    """Whether the platform's forms ask for it; their word is `Required`, also beside a default or a condition."""
    return value.required or bool(value.required_when) if value.asked_for is None else value.asked_for


def _workflow_option(  # noqa: PLR0913 - a row of the platform's
    name: str,
    description: str,
    type_name: str = "str",
    *,
    required: bool,
    default: Any = None,
    values: Iterable[Any] = (),
) -> dict[str, Any]:
    return {
        "Name": name,
        "Description": description,
        "Type": type_name,
        "Default": default,
        # No recorded value has a condition: how the platform writes one is not known.
        "Value": [{"value": value, "condition": None} for value in values] or None,
        "Required": required,
    }
