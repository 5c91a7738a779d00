"""Imports point only to a lower rank, and nothing imports the project package."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

RANKS = {
    "accounts": 0,
    "publishing": 0,
    "desk": 1,
    "delivery": 1,
    "media_library": 2,
    "coalition": 3,
    "articles": 4,
    "search": 4,
    "pages": 5,
    "newsroom": 6,
}


def modules():
    for app in RANKS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield app, path


def imported_apps(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module]
        yield from (name.split(".")[0] for name in names if name.split(".")[0] in RANKS)


@pytest.mark.parametrize(
    ("app", "path"), [pytest.param(app, path, id=str(path.relative_to(ROOT))) for app, path in modules()]
)
def test_imports_point_down(app, path):
    for other in imported_apps(path):
        assert other == app or RANKS[other] < RANKS[app], f"{path} imports {other}"


def test_there_is_no_common_room():
    names = {path.name for path in ROOT.iterdir()}
    assert not names & {"common", "core", "utils", "helpers", "services", "misc"}


def test_a_name_with_an_underscore_stays_in_its_app():
    for app, path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in RANKS:
                private = [alias.name for alias in node.names if alias.name.startswith("_") and alias.name != "_"]
                assert not private or node.module.split(".")[0] == app, f"{path}: {private}"
