"""`sen2cor`: bottom-of-atmosphere reflectances of Sentinel-2."""
# ruff: noqa: ARG001 - what is ordered reaches the platform's own processor, not this function

from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook
from provided.elsewhere import run_on_platform


@hook(version="2.10.0", title="Sentinel-2: Sen2Cor", custom_input_source=False, cpu=1, memory="1Gi")
def sen2cor(
    input: Annotated[Path, Input("Sentinel-2 L1C product", product_types=("S2MSI1C",))],
    output: Annotated[Path, Output("Folder for the L2A product")],
) -> None:
    """The Sen2Cor processor generates Sentinel-2 Level 2A product (Bottom-Of-Atmosphere reflectances) by performing the
    atmospheric, terrain and cirrus correction of Top-Of-Atmosphere Level 1C input data. In addition, Aerosol Optical
    Thickness, Water Vapor, Scene Classification Maps and Quality Indicators for cloud and snow probabilities can be
    generated. The Sen2Cor products are in the equivalent format to the Level 1C User Product: JPEG 2000 images,
    preserving the original band spatial resolutions, i.e. 10, 20 and 60 meters.
    """
    run_on_platform("sen2cor")
