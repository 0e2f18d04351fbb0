"""Every place in the code where something can leave the program, found by reading the code.

A way is found by its shape (a call, an import, a rendered error), wherever it stands: whoever adds
one meets `test_ways_out.py`.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
#: What runs where a team works: the demo is a stage of made-up people on this machine alone.
SOURCES = tuple(
    path
    for folder in ("bot", "commands", "storage")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "demo" not in path.parts
)
LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log", "bind"})
LOGGERS = frozenset({"log", "_log", "_LOG", "logger", "structlog.get_logger()"})
#: Packages through which bytes can leave a process.
OUTWARD = frozenset(
    "aiohttp aiosmtplib aiosqlite asyncio.subprocess ctypes ftplib http irc mmap multiprocessing nio"
    " requests httpx shelve smtplib socket socketserver sqlite3 ssl subprocess syslog telnetlib"
    " urllib.request webbrowser xmlrpc".split()
)
#: What these are called with, leaves: by how the called thing ends. Naming one is enough, for it can
#: be called by another name then; but for those that stand in types.
ONLY_CALLED = frozenset({"Cleared", "AuditEntry", "Response", "open"})
CALLS: Mapping[str, str] = {
    "transport.send": "send",
    "transport.remove": "send",
    "transport.keys": "send",
    "].echo": "send",
    "carrier.carry": "mail",
    "Cleared": "cleared",
    "AuditEntry": "audit",
    "wire.call": "request",
    ".request": "request",
    "Response": "page",
    ".sendto": "socket",
    ".sendall": "socket",
    ".create_connection": "socket",
    ".open_connection": "socket",
    "_client.connect": "socket",
    "aiosqlite.connect": "database",
    "sqlite3.connect": "database",
    "print": "print",
    ".write_text": "file",
    ".write_bytes": "file",
    ".open": "file",
    "open": "file",
    "os.write": "file",
    "os.fdopen": "file",
    ".write": "write",
    ".writelines": "write",
    ".write_counted": "write",
    "create_subprocess_exec": "process",
    "create_subprocess_shell": "process",
    "os.execv": "process",
    "os.system": "process",
    "subprocess.run": "process",
    "Popen": "process",
}
_RENDER = frozenset({"str", "repr", "format", "print"})


class Way(NamedTuple):
    """A place where something can leave: its kind, the function it stands in, and the call."""

    kind: str
    where: str
    what: str


class LogCall(NamedTuple):
    """A call of a logger as written: where, the event, its keys with their values.

    Values without a key have the key `%`.
    """

    where: str
    event: ast.expr | None
    values: tuple[tuple[str, str], ...]


def ways(source: str, name: str) -> Iterator[Way]:
    """Yield the ways out of a file, with `name` before the function that each stands in."""
    parts: set[int] = set()
    for where, node in _walk(ast.parse(source), name):
        match node:
            case ast.Import(names=names):
                given = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), names=names, level=0):
                given = [module, *(f"{module}.{alias.name}" for alias in names)]
            case ast.Await(value=ast.Call(func=ast.Attribute(attr="open" | "write") as called)):
                # Files are opened and written without waiting: this is a part of ours.
                parts.add(id(called))
                continue
            case ast.Call(func=called) if _last(called) in ONLY_CALLED and id(called) not in parts:
                yield from _by_call(where, called)
                continue
            case ast.Attribute() | ast.Name() if id(node) not in parts:
                if _last(node) not in ONLY_CALLED:
                    yield from _by_call(where, node)
                yield from _stream(where, node)
                continue
            case ast.ExceptHandler(name=str(error), body=body):
                yield from _rendered(where, error, body)
                continue
            case _:
                continue
        yield from (Way("import", name, each) for each in sorted({*map(_outward, given)} - {""}))


def log_calls(source: str, name: str) -> Iterator[LogCall]:
    """Yield the calls of loggers in a file."""
    for where, node in _walk(ast.parse(source), name):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in LEVELS
            and ast.unparse(node.func.value) in LOGGERS
        ):
            keys = tuple((word.arg or "**", ast.unparse(word.value)) for word in node.keywords)
            event = node.args[0] if node.args else None
            given = tuple(("%", ast.unparse(each)) for each in node.args[1:])
            yield LogCall(where, event, (*given, *keys))


def everywhere() -> Iterator[tuple[str, str]]:
    """Yield source and name of every file."""
    for path in SOURCES:
        yield path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()


def _walk(tree: ast.AST, where: str) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.iter_child_nodes(tree):
        inner = where
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{where}:{node.name}" if ":" not in where else f"{where}.{node.name}"
        yield inner, node
        yield from _walk(node, inner)


def _outward(module: str) -> str:
    """Return the package of `OUTWARD` that a module is of, or nothing."""
    parts = module.split(".")
    heads = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((head for head in heads if head in OUTWARD), "")


def _last(called: ast.expr) -> str:
    return ast.unparse(called).rpartition(".")[2]


def _stream(where: str, node: ast.expr) -> Iterator[Way]:
    match node:
        case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" as stream):
            yield Way("stream", where, f"sys.{stream}")


def _by_call(where: str, called: ast.expr) -> Iterator[Way]:
    whole = ast.unparse(called)
    for end, kind in CALLS.items():
        alone = not end.startswith((".", "]"))
        if whole == end or whole.endswith(f".{end}" if alone else end) or _ends(whole, end):
            yield Way(kind, where, whole)
            return


def _ends(whole: str, end: str) -> bool:
    """Whether this is a method of something by that name, whatever it belongs to."""
    return "." in end[1:] and (whole == f"_{end}" or whole.endswith((f"._{end}", f"_{end}")))


def _rendered(where: str, error: str, body: list[ast.stmt]) -> Iterator[Way]:
    """Yield where the message of a caught error is read."""
    for node in (each for statement in body for each in ast.walk(statement)):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in _RENDER:
                used = any(isinstance(arg, ast.Name) and arg.id == error for arg in args)
            case ast.FormattedValue(value=ast.Name(id=name)):
                used = name == error
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                used = name == error and not attribute.startswith("__")
            case _:
                used = False
        if used:
            yield Way("error", where, ast.unparse(node))
