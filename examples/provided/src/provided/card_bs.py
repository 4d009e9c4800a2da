"""`card_bs`: terrain-corrected backscatter of Sentinel-1."""
# ruff: noqa: ARG001 - what is ordered reaches the platform's own processor, not this function

from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook
from provided.elsewhere import run_on_platform

PRODUCT_TYPES = (
    *("GRD", "IW_GRDH_1S", "IW_GRDM_1S", "EW_GRDH_1S", "EW_GRDM_1S", "WV_GRDM_1S"),
    *("GRD-COG", "IW_GRDH_1S-COG", "IW_GRDM_1S-COG", "EW_GRDH_1S-COG", "EW_GRDM_1S-COG", "WV_GRDM_1S-COG"),
)


@hook(
    version="3.6.2",
    title="Sentinel-1: Terrain-corrected backscatter",
    documentation="",
    custom_input_source=False,
    cpu=1,
    memory="1Gi",
)
def card_bs(
    input: Annotated[Path, Input("Sentinel-1 GRD product", product_types=PRODUCT_TYPES)],
    output: Annotated[Path, Output("Folder for the backscatter product", product_types=("CARD-BS",))],
) -> None:
    """Sentinel-1 CARD BS (Copernicus Analysis Ready Data Backscatter) processor generates terrain-corrected geocoded
    Sentinel-1 Level 2 backscattering by removing the radiometric effect imposed by relief (provided by DEM). This
    allows comparability of images, e.g. for analysis of changes in land cover. This processor provided by the Joint
    Research Centre is based on a GPT graph that can be run with ESA SNAP.
    """
    run_on_platform("card_bs")
