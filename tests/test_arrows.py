"""Who may import whom, and how the code is kept: the rules of docs/architecture.md, held over the syntax trees."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "bundler"

# "a b → c d": a and b may import c and d, and nothing else of the package. A folder stands for its modules.
ARROWS = """
    errors model words likeness symbol merkle packs →
    codec walk                  → model
    digest                      → codec model walk
    cache store address         → errors
    tree                        →
    blobs                       → packs tree
    folder                      → errors tree blobs packs
    qr                          → symbol
    recipe                      → errors model
    work                        → errors cache
    theme furniture             → errors model
    speaking                    → furniture theme
    pictures                    → errors model cache
    drawing                     → model
    select                      → errors model words likeness address
    media                       → tree
    fetch                       → errors model tree readers catalog store address recipe media blobs packs
                                  work
    readers                     → errors model walk tree pictures media
    readers.bundle              → codec
    readers._checked            → codec
    readers._own_rules          → recipe
    catalog                     → errors model readers tree digest codec walk work cache words likeness address
    transforms                  → errors model walk words furniture address
    volumes                     → model walk
    writers                     → errors model walk qr work pictures drawing furniture
    writers.dump                → codec
    writers._search             → words
    gate                        → errors model
    build                       → errors model codec walk digest tree folder cache qr store address recipe work theme
                                  furniture pictures likeness select readers catalog transforms volumes writers gate
                                  merkle
    archive                     → errors model select catalog codec readers tree walk pictures
    release                     → errors model codec digest build store address recipe work furniture qr theme speaking
                                  catalog merkle
    share                       → errors model furniture theme build store release qr codec recipe pictures words work
                                  speaking
    share.paper                 → catalog gate writers
    preview                     → errors build store recipe furniture work
    doctor                      → errors theme writers
    traces                      → errors catalog tree fetch store
    cli                         → *
    __main__                    → cli errors work
    __init__                    → *
"""

# Outside libraries with one home each: "library → the modules that may import it".
HOMES = {
    "cryptography": ("release.ed25519", "share.lock."),
    "PIL": ("drawing", "pictures", "gate."),
    "comrak": ("readers.",),
    "feedparser": ("fetch.items",),
    "httpcore2": ("fetch.dial", "fetch.net"),
    "idna": ("fetch.hosts",),
    "ebooklib": ("writers.epub", "writers._epub"),
    "libzim": ("fetch._zim",),
    "opencc": ("words", "transforms.", "build."),
    "pikepdf": ("writers.pdf", "writers._", "gate.", "share.lock.", "share.expose."),
    "pypdfium2": ("gate.", "preview.", "share.expose."),
    "pyrage": ("share.lock.",),
    "qrcode": ("symbol",),
    "rich": ("cli.",),
    "sqlite3": ("catalog",),
    "starlette": ("share.serve",),
    "trafilatura": ("readers.",),
    "truststore": ("fetch.dial",),
    "typer": ("cli.", "__main__"),
    "uvicorn": ("share.serve",),
    "warcio": ("fetch._records",),
    "weasyprint": ("writers.pdf", "writers._"),
    "zxingcpp": ("pictures", "gate."),
}
NETWORK = {"ftplib", "http", "httpcore2", "httpx", "requests", "smtplib", "ssl", "urllib.request", "urllib3"}
CONNECTED = {"fetch.dial", "fetch.net"}
"""What opens connections to the outside: nothing else does."""
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
SPEECH = {"print", "input", "exit", "quit", "sys.exit", "os._exit"}
SECRETS = {
    "release.keyring",
    "release.passphrase",
    "share.lock",
    "share.lock._pdf",
    "share.lock._words",
    "share.serve",
    "share.vary",
}
"""What makes keys, passphrases, locked files and the path that is served: nothing else may draw lots."""
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime"}
FAMILIES = ("gate", "readers", "transforms", "writers")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """Name a module below the package: `writers._xhtml`, `readers` for its `__init__`, `__init__` for the top one."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


TREES = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def arrows() -> dict[str, set[str]]:
    """Read the table."""
    table: dict[str, set[str]] = {}
    left: list[str] = []
    for line in ARROWS.strip().splitlines():
        head, arrow, tail = line.partition("→")
        left = head.split() if arrow else left
        for name in left:
            table.setdefault(name, set()).update((tail if arrow else head).split())
    return table


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names a module imports, also inside functions; `from a import b` is a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide who is meant"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(name: str, *, running: bool = False) -> Iterator[str]:
    """Yield the modules of the package that a module imports, by their name below the package; or that it runs."""
    for imported in imports(_running(TREES[name]) if running else TREES[name]):
        first, _, rest = imported.partition(".")
        if first == "bundler":
            yield next((known for known in _longest() if f"{rest}.".startswith(f"{known}.")), rest)


def _running(tree: ast.Module) -> ast.Module:
    """Leave out what a type checker alone imports."""
    typing = [one for one in tree.body if isinstance(one, ast.If) and ast.unparse(one.test) == "TYPE_CHECKING"]
    return ast.Module([one for one in tree.body if one not in typing], [])


def _longest() -> list[str]:
    return sorted(TREES, key=len, reverse=True)


def allowed(name: str, imported: str, table: dict[str, set[str]]) -> bool:
    """Say whether the table lets a module import another one."""
    stage, target = name.partition(".")[0], imported.partition(".")[0]
    may = table.get(stage, set()) | table.get(name, set())
    return target == stage or target in may or may == {"*"}


def test_nobody_imports_in_a_circle():
    """Not within a room either, and not by importing late. What is imported for its type alone does not count."""
    running = {name: set(ours(name, running=True)) - {name} for name in TREES}
    assert list(TopologicalSorter(running).static_order())


@pytest.mark.parametrize("name", sorted(TREES))
def test_imports_follow_the_arrows(name):
    table = arrows()
    assert name.split(".")[0] in table, f"no arrow says what {name} may import"
    wrong = sorted(imported for imported in set(ours(name)) if not allowed(name, imported, table))
    assert not wrong, f"{name} may not import {', '.join(wrong)}"


@pytest.mark.parametrize("name", [name for name in sorted(TREES) if name.split(".")[0] in FAMILIES])
def test_members_of_a_family_share_only_underscored_modules(name):
    family = name.split(".")[0]
    inside = {imported for imported in ours(name) if imported.startswith(f"{family}.")}
    assert all(imported.split(".")[1].startswith("_") for imported in inside), inside


@pytest.mark.parametrize("name", sorted(TREES))
def test_outside_libraries_stay_at_home(name):
    for imported in imports(TREES[name]):
        homes = HOMES.get(imported.split(".")[0])
        assert homes is None or f"{name}.".startswith(homes), f"{imported} is not for {name}"
        opens = name not in CONNECTED and any(f"{imported}.".startswith(f"{net}.") for net in NETWORK)
        assert not opens, f"{name} opens connections: {imported}"


def test_the_table_names_only_what_may_exist():
    table = arrows()
    known = set(table) | {"*"}
    assert all(target in known for targets in table.values() for target in targets)


@pytest.mark.parametrize("name", sorted(TREES))
def test_no_name_is_vague(name):
    assert not VAGUE & {part.strip("_") for part in name.split(".")}


@pytest.mark.parametrize(
    "path", sorted({*MODULES, *ROOT.glob("tests/*.py"), *ROOT.glob("benchmarks/*.py")}), ids=lambda path: path.stem
)
def test_files_stay_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES


@pytest.mark.parametrize("path", [*MODULES, *sorted(ROOT.glob("benchmarks/*.py"))], ids=lambda path: path.stem)
def test_functions_stay_short(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert length(node) <= MAX_FUNCTION_LINES, f"{node.name}: {length(node)} lines"


def length(node: ast.FunctionDef) -> int:
    """Count the lines of a function without its docstring and decorators."""
    assert node.end_lineno is not None
    lines = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None:
        assert first.end_lineno is not None
        lines -= first.end_lineno - first.lineno + 1
    return lines


@pytest.mark.parametrize("name", [name for name in sorted(TREES) if name.split(".")[0] not in ("cli", "__main__")])
def test_only_the_command_line_prints_exits_or_asks_a_clock(name):
    for node in ast.walk(TREES[name]):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        assert called not in {"print", "input", "exit", "quit", "sys.exit", "os._exit"}, (
            f"{called} in line {node.lineno}"
        )
        owner, _, method = called.rpartition(".")
        is_clock = method in CLOCKS and owner.split(".")[-1] in {"datetime", "date", "time", "dt"}
        assert not is_clock, f"{called} in line {node.lineno}"


@pytest.mark.parametrize("name", sorted(TREES.keys() - SECRETS))
def test_nothing_draws_lots(name):
    assert not {"random", "secrets", "uuid.uuid1", "uuid.uuid4"} & set(imports(TREES[name]))
    calls = {ast.unparse(node.func) for node in ast.walk(TREES[name]) if isinstance(node, ast.Call)}
    assert not {"uuid.uuid1", "uuid.uuid4", "os.urandom"} & calls
