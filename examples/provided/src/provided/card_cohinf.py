"""`card_cohinf`: coherence or interferometry of two acquisitions of Sentinel-1."""
# ruff: noqa: ARG001 - what is ordered reaches the platform's own processor, not this function

from pathlib import Path
from typing import Annotated, Literal

from hookkit import Input, Option, Output, hook
from provided.elsewhere import run_on_platform

PRODUCT_TYPES = (
    *("SLC", "S1_SLC__1S", "S2_SLC__1S", "S3_SLC__1S", "S4_SLC__1S", "S5_SLC__1S", "S6_SLC__1S"),
    *("IW_SLC__1S", "EW_SLC__1S", "WV_SLC__1S"),
)


@hook(version="1.0.0", title="Sentinel-1 Coherence/Interferometry", custom_input_source=False, cpu=1, memory="1Gi")
def card_cohinf(
    input: Annotated[Path, Input("Sentinel-1 SLC product", product_types=PRODUCT_TYPES)],
    output: Annotated[Path, Output("Folder for the coherence or interferometry product")],
    # Names, types and values are known; whether they are required is not, so no order is refused for want of them.
    card_producttype: Annotated[
        Literal["CARD_COH", "CARD_INF"] | None, Option("Coherence (CARD_COH) or interferometry (CARD_INF)")
    ] = None,
    timespan: Annotated[int | None, Option("Time span that the second product is looked for in, such as 24")] = None,
) -> None:
    """The Sentinel-1 CARD COH-INF (Copernicus Analysis Ready Data Coherence/Interferometry) processor generates a
    Sentinel-1 product form SLC product type. Concurrently, a terrain-correction (using DEM) is performed. This
    processor provided by the Joint Research Centre is based on a GPT graph that can be run with ESA SNAP.
    """
    run_on_platform("card_cohinf")
