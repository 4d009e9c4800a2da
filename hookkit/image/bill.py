"""What a build put into an image becomes a bill of materials, in CycloneDX's JSON: the same for the same image."""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from hookkit.image.builder import Component
from hookkit.spec import HookSpec
from hookkit.version import __version__

if TYPE_CHECKING:
    from cyclonedx.model import HashType
    from cyclonedx.model.bom import BomMetaData
    from cyclonedx.model.component import Component as Entry
    from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression

#: No time, as in images themselves.
_TIMESTAMP: Final = datetime.fromtimestamp(0, UTC)
_INDENT: Final = 2


def render_bill(spec: HookSpec, components: tuple[Component, ...]) -> str:
    """The text of NAME.sbom.cdx.json (CycloneDX 1.6, ECMA-424).

    Args:
        spec: of the hook, which is what the bill is about.
        components: what is in its image; what a base from elsewhere holds is not hookkit's to say.

    """
    from cyclonedx.model.bom import Bom
    from cyclonedx.output.json import JsonV1Dot6

    hook, tool = (
        _entry("application", spec.kubernetes_name, spec.version),
        _entry("application", "hookkit", __version__),
    )
    bom = Bom(
        components=[_described(one) for one in sorted(components, key=_order)],
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, bill_key(spec, components)),
        metadata=_metadata(hook, tool),
    )
    bom.register_dependency(hook, bom.components)
    return str(JsonV1Dot6(bom).output_as_string(indent=_INDENT)) + "\n"


def bill_key(spec: HookSpec, components: tuple[Component, ...]) -> str:
    """Equal keys, equal bills."""
    return json.dumps([spec.kubernetes_name, spec.version, __version__, [asdict(one) for one in components]])


def _metadata(hook: "Entry", tool: "Entry") -> "BomMetaData":
    from cyclonedx.model.bom import BomMetaData
    from cyclonedx.model.tool import ToolRepository

    return BomMetaData(component=hook, tools=ToolRepository(components=[tool]), timestamp=_TIMESTAMP)


def _order(one: Component) -> tuple[str, str]:
    return one.kind, one.name


def _entry(kind: str, name: str, version: str) -> "Entry":
    from cyclonedx.model.component import Component as Entry
    from cyclonedx.model.component import ComponentType

    return Entry(name=name, version=version, type=ComponentType(kind), bom_ref=f"{name}@{version}")


def _described(one: Component) -> "Entry":
    from cyclonedx.model.component import Component as Entry
    from packageurl import PackageURL

    purl = PackageURL(type=one.kind, name=one.name, version=one.version)
    return Entry(
        name=one.name,
        version=one.version,
        purl=purl,
        bom_ref=str(purl),
        licenses=list(_licences(one.licence)),
        hashes=list(_hashes(one.hashes)),
    )


def _licences(text: str) -> "Iterator[DisjunctiveLicense | LicenseExpression]":
    """SPDX's words where they are used, else the package's own."""
    from cyclonedx import spdx
    from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression

    if identifier := spdx.fixup_id(text):
        yield DisjunctiveLicense(id=identifier)
    elif text:  # nothing at all is an expression, too
        yield LicenseExpression(text) if spdx.is_expression(text) else DisjunctiveLicense(name=text)


def _hashes(digests: Iterable[str]) -> "Iterator[HashType]":
    """The hash of the file that it came in; where several may have been it, nothing is claimed."""
    from cyclonedx.model import HashAlgorithm, HashType

    found = list(digests)
    if len(found) == 1:
        yield HashType(alg=HashAlgorithm.SHA_256, content=found[0].removeprefix("sha256:"))
