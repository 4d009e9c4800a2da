"""`c2rcc`: constituents of coastal and inland water."""
# ruff: noqa: ARG001 - what is ordered reaches the platform's own processor, not this function

from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook
from provided.elsewhere import run_on_platform

PRODUCT_TYPES = ("S2MSI1C", "OL_2_LFR___", "OL_2_LRR___", "OL_2_WFR___", "OL_2_WRR___")


@hook(version="1.1.1", title="Sentinel-2: C2RCC", custom_input_source=False, cpu=1, memory="1Gi")
def c2rcc(
    input: Annotated[Path, Input("Sentinel-2 L1C or Sentinel-3 OLCI product", product_types=PRODUCT_TYPES)],
    output: Annotated[Path, Output("Folder for the water product")],
) -> None:
    """The C2RCC (Case 2 Regional Coast Colour) processor allows water constituents in coastal or inland water bodies to
    be derived from optical satellite data. The processor uses a database of radiative transfer simulations inverted by
    neural networks. It can be applied to all past and current ocean colour sensors as well as Sentinel-2 imagery. It
    has been validated in various studies and is also implemented in SNAP. It is also used in the Sentinel 3 OLCI ground
    segment processor for the generation of the Case 2 water products.
    """
    run_on_platform("c2rcc")
