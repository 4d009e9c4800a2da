"""NW: the network, which a hook has only where it says so."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.literals import Known, known
from hookkit.check.project.module import Module
from hookkit.check.project.opening import accesses
from hookkit.check.project.rules import Family, Flaw, Flaws, Hook, Subject
from hookkit.check.project.starting import programs
from hookkit.errors import shown

#: What has no use but the network: an import alone is a sign.
_LIBRARIES: Final = frozenset({
    *("requests", "httpx", "aiohttp", "boto3", "aiobotocore", "s3fs", "gcsfs", "adlfs", "ftplib", "paramiko"),
    *("pystac_client", "cdsapi", "owslib", "sentinelsat", "sentinelhub", "eumdac", "hda", "openeo", "earthaccess"),
    *("planetary_computer", "destinelab", "minio", "smtplib", "telnetlib", "imaplib", "websocket", "websockets"),
    *("urllib3", "polytope", "ee", "eodag"),
})  # fmt: skip
#: What opens a connection, of those and of others.
_CALLS: Final = re.compile(
    r"requests\.(get|post|put|patch|delete|head|options|request|[sS]ession)"
    r"|httpx\.(get|post|put|patch|delete|head|options|request|stream|Client|AsyncClient)"
    r"|urllib\.request\.(urlopen|urlretrieve|build_opener)|urllib3\.(PoolManager|request|ProxyManager)"
    r"|aiohttp\.(ClientSession|request)|boto3\.(client|resource|session\.Session|Session)"
    r"|s3fs\.(S3FileSystem|S3Map)|gcsfs\.GCSFileSystem|adlfs\.AzureBlobFileSystem|minio\.Minio"
    r"|socket\.(create_connection|getaddrinfo|gethostbyname)|asyncio\.open_connection"
    r"|http\.client\.HTTPS?Connection|ftplib\.FTP(_TLS)?|smtplib\.SMTP(_SSL)?|imaplib\.IMAP4(_SSL)?"
    r"|telnetlib\.Telnet|paramiko\.(SSHClient|Transport)|pystac_client\.Client\.(open|from_file)"
    r"|cdsapi\.Client|sentinelsat\.SentinelAPI|eumdac\.(AccessToken|DataStore|DataTailor)|hda\.Client"
    r"|openeo\.connect|earthaccess\.(login|search_data|download|open)|ee\.(Initialize|Authenticate)"
    r"|destinelab\.AuthHandler|planetary_computer\.sign(_inplace)?|eodag\.EODataAccessGateway"
    r"|owslib(\.\w+)*\.\w*(Service|WebFeatureService|WebMapService|WebCoverageService|CatalogueServiceWeb)"
)
_ADDRESS: Final = re.compile(
    r"(https?|s3a?|gs|gcs|ftps?|sftp|abfss?|az|wss?)://|/vsi(curl|s3|gs|az|swift|oss)(_streaming)?/"
)
_PROGRAMS: Final = frozenset({"curl", "wget", "ssh", "scp", "sftp", "ftp", "s3cmd", "gsutil", "aria2c", "rclone"})
_FILE_SYSTEMS: Final = frozenset({"fsspec.filesystem", "fsspec.get_filesystem_class"})
_SOCKETS: Final = frozenset({
    *("socket.create_connection", "socket.getaddrinfo", "socket.gethostbyname", "asyncio.open_connection"),
})  # fmt: skip
_METHODS: Final = frozenset({"connect", "connect_ex", "sendto"})
#: Host and port.
_PAIR: Final = 2
_HERE: Final = re.compile(r"(\w+://)?(localhost|127\.|::1|\[::1\]|0\.0\.0\.0)")
_REMEDY: Final = "take what it needs as an input, or write @hook(network=True)"


def _offline(subject: Subject) -> Iterator[Module]:
    """The modules that hooks without a network alone lead to."""
    starts = {hook.module.name for hook in subject.hooks if _may_have_one(hook)}
    online = {name for start in starts for name in subject.reach[start]}
    return (module for module in subject.modules if module.name not in online) if subject.hooks else iter(())


def _may_have_one(hook: Hook) -> bool:
    """Whether a hook declares a network, as far as anybody knows."""
    return hook.spec.network if hook.spec else "network" in hook.keywords or hook.is_told_more


def _calls(subject: Subject) -> Flaws:
    for module in _offline(subject):
        for call, words in _connections(module):
            yield Flaw(module.place(call), f"{words} needs a network, and the hook declares none", _REMEDY)


def _connections(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Each call that leads to the network, once, with what that is by."""
    found: dict[int, tuple[ast.AST, str]] = {}
    for call, words in _signs(module):
        found.setdefault(id(call), (call, words))
    yield from found.values()


def _signs(module: Module) -> Iterator[tuple[ast.AST, str]]:
    for call, name in module.calls:
        if (
            _is_remote(call)
            if name in _FILE_SYSTEMS
            else _CALLS.fullmatch(name) and not _stays_here(module, call, name)
        ):
            yield call, f"{name}()"
        elif host := _host_of(module, call):
            yield call, f"a socket to {shown(host)}"
    for access in accesses(module):
        if _ADDRESS.match(access.known.text) and not _HERE.match(access.known.text):
            yield access.node, _scheme(access.known)
    for program in programs(module):
        if program.name in _PROGRAMS:
            yield program.call, f"the program {program.name}"


def _host_of(module: Module, call: ast.Call) -> str:
    """The other machine that a socket's method is given, as `(host, port)`; "" where it's none, or nobody knows."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    pairs = [one for one in call.args if isinstance(one, ast.Tuple) and len(one.elts) == _PAIR]
    host = known(module, pairs[0].elts[0]) if method in _METHODS and pairs else None
    return host.text if host and host.text and not _HERE.match(host.text) else ""


def _stays_here(module: Module, call: ast.Call, name: str) -> bool:
    """Whether a connection leads to this machine, which every hook may have; a plain socket's may, if nobody knows."""
    first = call.args[0] if call.args else None
    host = known(module, first.elts[0] if isinstance(first, ast.Tuple) and first.elts else first)
    if host is None or not host.text:
        return name in _SOCKETS
    return _HERE.match(host.text) is not None


def _is_remote(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    remote = {"http", "https", "s3", "s3a", "gs", "gcs", "ftp", "sftp", "ssh", "abfs", "az"}
    return isinstance(first, ast.Constant) and first.value in remote


def _scheme(path: Known) -> str:
    match = _ADDRESS.match(path.text)
    return f"what starts with {match[0]}" if match else "this"


def _imports(subject: Subject) -> Flaws:
    for module in _offline(subject):
        called = {module.full_name(call.func).partition(".")[0] for call, _ in _called(module)}
        for node, name in _top_level_imports(module):
            if name in _LIBRARIES and name not in called:
                what = f"{name} is imported, which has little use without a network, and the hook declares none"
                yield Flaw(module.place(node), what, _REMEDY)


def _called(module: Module) -> Iterator[tuple[ast.Call, str]]:
    return ((call, words) for call, words in _connections(module) if isinstance(call, ast.Call))


def _top_level_imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    for node in module.tree.body:
        if isinstance(node, ast.Import):
            yield from ((node, one.name.partition(".")[0]) for one in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node, node.module.partition(".")[0]


FAMILY: Final[Family] = (
    (
        Rule(
            "NW101",
            "a hook without a network opens no connection",
            "The platform promises none, and `hookkit run` refuses what a hook does not declare.",
        ),
        _calls,
    ),
    (
        Rule(
            "NW102",
            "a hook without a network imports no library for one",
            "It is most likely there to be used.",
            Severity.WARNING,
        ),
        _imports,
    ),
)
