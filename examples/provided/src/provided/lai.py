"""`lai`: biophysical variables of vegetation."""
# ruff: noqa: ARG001 - what is ordered reaches the platform's own processor, not this function

from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook
from provided.elsewhere import run_on_platform


@hook(
    version="1.1.1",
    title="Sentinel-2: SNAP-Biophysical",
    documentation="",
    custom_input_source=False,
    cpu=1,
    memory="1Gi",
)
def lai(
    input: Annotated[Path, Input("Sentinel-2 L2A product", product_types=("S2MSI2A",))],
    output: Annotated[Path, Output("Folder for LAI, FAPAR and FVC")],
) -> None:
    """The SNAP-BIOPHYSICAL processor derives vegetation biophysical variables based on top-of-canopy spectral
    reflectances from Sentinel-2 data. Following the approach described by Weiss et al. (2000, DOI:
    10.1051/agro:2000105), the processor estimates: LAI (Leaf Area Index), FAPAR (Fraction of Absorbed
    Photosynthetically Active Radiation) and FVC (Fractional Vegetation Cover), all recognized as Essential Climate
    Variables (ECVs) by international organizations such as the Global Climate Observing System (GCOS)
    """
    run_on_platform("lai")
