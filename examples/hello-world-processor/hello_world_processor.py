"""The platform's demonstrator: the text of a file becomes the same text in another letter case."""

from pathlib import Path
from typing import Annotated, Literal

from hookkit import Input, Option, Output, hook


@hook(version="1.0.0", cpu=1, memory="1Gi")
def hello_world_processor(
    input: Annotated[Path, Input("Folder that holds example.data")],
    output: Annotated[Path, Output("Folder for the product")],
    product_name: Annotated[str, Option("Name of the product folder")] = "my_new_product_name",
    case: Annotated[Literal["upper", "lower"], Option("Letter case of the result")] = "upper",
) -> None:
    """Write the text of example.data in upper case."""
    text = (input / "example.data").read_text()
    product = output / product_name
    product.mkdir()
    (product / "result.data").write_text(text.upper() if case == "upper" else text.lower())
