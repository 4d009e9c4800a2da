"""`data-harvest`: products of other catalogues come to the platform."""
# ruff: noqa: ARG001 - what is ordered reaches the platform's own processor, not this function

from pathlib import Path
from typing import Annotated, Literal

from hookkit import Option, Output, Secret, hook
from provided.elsewhere import run_on_platform

EXTERNAL = {"source_type": "EXTERNAL"}
DESP = {"source_type": "DESP"}

# The platform's words, as they are, down to the space at their end.
WITH_SOURCE = "Required with other 'source_*' options when 'source_type' is equal to 'EXTERNAL'. "
WITH_DESP = "Usable only in DEDL project. Required with other 'desp_*' options when 'source_type' is equal to 'DESP'. "
IN_EXTERNAL = "in external catalogue"


@hook(
    name="data-harvest",
    version="0.0.1",
    title="Data harvest",
    custom_input_source=False,
    network=True,
    cpu=1,
    memory="1Gi",
)
def data_harvest(
    output: Annotated[Path, Output("Folder for what was downloaded")],
    source_type: Annotated[
        Literal["DESP", "EXTERNAL"],
        Option(
            "The type of input source. Available values are: 'DESP' (DESP auth in DEDL,"
            " requires 'desp_source_*' options), 'EXTERNAL' (external catalogue, requires 'source_*' options)"
            " (default: EXTERNAL).",
            asked_for=True,
        ),
    ] = "EXTERNAL",
    source_catalogue_api_url: Annotated[
        str | None, Option(f"Url to the external catalogue. {WITH_SOURCE}", required_when=EXTERNAL)
    ] = None,
    source_catalogue_api_type: Annotated[
        Literal["STAC", "ODATA"] | None,
        Option(f"API type {IN_EXTERNAL}. Viable values are: . {WITH_SOURCE}", required_when=EXTERNAL),
    ] = None,
    source_token_url: Annotated[
        str | None,
        Option(
            f"Token url used to authenticate {IN_EXTERNAL}. It should be the full url with the realm"
            " (e.g. https://identity.data.destination-earth.eu/auth/realms/dedl/protocol/openid-connect/token)."
            f" {WITH_SOURCE}",
            required_when=EXTERNAL,
        ),
    ] = None,
    source_grant_type: Annotated[
        Literal["PASSWORD", "CLIENT_CREDENTIALS"],
        Option(
            f"Grant type used to authenticate {IN_EXTERNAL}. One of: 'PASSWORD', 'CLIENT_CREDENTIALS'."
            f" {WITH_SOURCE}(default: PASSWORD).",
            asked_for=True,
        ),
    ] = "PASSWORD",
    source_auth_header_name: Annotated[
        str,
        Option(
            f"Header used to authenticate {IN_EXTERNAL}. {WITH_SOURCE}(default: 'Authorization').",
            asked_for=True,
        ),
    ] = "Authorization",
    source_username: Annotated[
        str | None, Option(f"Username used to authenticate {IN_EXTERNAL}. {WITH_SOURCE}", required_when=EXTERNAL)
    ] = None,
    source_password: Annotated[
        Secret | None, Option(f"Password used to authenticate {IN_EXTERNAL}. {WITH_SOURCE}", required_when=EXTERNAL)
    ] = None,
    source_client_id: Annotated[
        str | None, Option(f"Client id used to authenticate {IN_EXTERNAL}. {WITH_SOURCE}", required_when=EXTERNAL)
    ] = None,
    source_client_secret: Annotated[
        Secret | None,
        Option(
            f"Client secret used to authenticate {IN_EXTERNAL}. Available when 'source_type' is equal to to 'EXTERNAL'."
            " If not provided, usually empty string is used when authenticating."
        ),
    ] = None,
    source_catalogue_collection: Annotated[
        str | None,
        Option(
            f"Collection name {IN_EXTERNAL}. Available when 'source_type' is equal to to 'EXTERNAL' and required"
            " when'source_catalogue_api_type' is equal to to 'STAC'.",
            required_when=EXTERNAL | {"source_catalogue_api_type": "STAC"},
            asked_for=False,
        ),
    ] = None,
    desp_source_username: Annotated[
        str | None, Option(f"Username to DESP service. {WITH_DESP}", required_when=DESP)
    ] = None,
    desp_source_password: Annotated[
        Secret | None, Option(f"Password to DESP service. {WITH_DESP}", required_when=DESP)
    ] = None,
    desp_source_collection: Annotated[
        str | None, Option(f"Collection name to DESP service. {WITH_DESP}", required_when=DESP)
    ] = None,
) -> None:
    """Data-harvest is a workflow allows to download data from external sources. It requires URL to the external
    catalogue, credentials and data to download. The workflow is mainly used to download data from HDA
    (https://hda.data.destination-earth.eu/) using STAC.
    """
    run_on_platform("data-harvest")
