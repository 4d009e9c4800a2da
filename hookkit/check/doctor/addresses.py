"""An address of an engine or a proxy becomes one that may be shown: without user and password."""


def shown_address(address: str) -> str:
    """The address; what stands before its last `@` is nobody's business, and it need not name a scheme."""
    before, at, host = address.rpartition("@")
    scheme, separator, _ = before.partition("://")
    return f"{scheme}{separator}***@{host}" if at and separator else f"***@{host}" if at else address
