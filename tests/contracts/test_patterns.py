"""No regular expression of ours takes more than linear time, whatever it is given."""

import importlib
import pkgutil
import re
import time

import pytest

pytestmark = pytest.mark.one_database

APPS = (
    "accounts",
    "publishing",
    "delivery",
    "desk",
    "media_library",
    "coalition",
    "articles",
    "pages",
    "search",
    "newsroom",
)
LENGTH = 40_000
# Quadratic ones take ten seconds and more; linear ones a few hundredths of a second.
MOST_SECONDS = 2

PIECES = [
    "a", "A", "1", "_", " ", "\n", ".", ",", "-", "@", "a@", "a.", "@a.", "www.", "http://", "/", ":", "<", "<a ", "<a",
    "<p>", "<p> ", "<img ", '<img a="', "<figure>", "<table>", "<h2>", "<th>", "<!", "</", '"', "'", "&", "&#", "=",
    "[", "]", "[ ", "(", "X", "XX ", "??", "…", "ك", "ي ", "،", "٣", "٣٬", "\u064e", "\u200c", "\u202e", "é", "ê ",
    "- ", "\t", "#", "1,",
]  # fmt: skip

# These read what was cleaned, in which whatever begins ends; so they never look further than to its end.
READ_CLEAN_HTML = {f"media_library.prose.{name}" for name in ("_FIGURE", "_TABLE", "_HEADING", "_HEADING_CELL")}


# Only ever asked about a whole text, from its beginning.
ASKED_ABOUT_ALL_OF_IT = {
    "delivery.access_log._COMBINED",
    "delivery.proxies._WITH_PORT",
    "pages.redirects_admin._OTHER_SCHEME",
}


def patterns():
    """(where, pattern) of every compiled pattern at the level of a module or a class."""
    found = {}
    for app in APPS:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if any(part in module.name for part in (".migrations", ".settings", ".commands", "gi_", ".seed")):
                continue
            place = importlib.import_module(module.name)
            for owner in [place, *(value for value in vars(place).values() if isinstance(value, type))]:
                for name, value in vars(owner).items():
                    if isinstance(value, re.Pattern):
                        found.setdefault(value, f"{module.name}.{name}")
    return {where: pattern for pattern, where in found.items() if where not in READ_CLEAN_HTML}


PATTERNS = patterns()


def test_there_are_patterns_to_look_at():
    assert len(PATTERNS) > 30


@pytest.mark.parametrize("where", PATTERNS)
def test_a_pattern_takes_linear_time(where):
    pattern = PATTERNS[where]
    reads = [pattern.match, pattern.fullmatch]
    if where not in ASKED_ABOUT_ALL_OF_IT:
        reads.append(lambda text: [None for _found in pattern.finditer(text)])
    for piece in PIECES:
        text = piece * (LENGTH // len(piece))
        hostile = text.encode() if isinstance(pattern.pattern, bytes) else text
        begin = time.process_time()
        for read in reads:
            read(hostile)
        assert time.process_time() - begin < MOST_SECONDS, (where, piece)
