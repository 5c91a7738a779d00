"""Text for drawn graphics, in the site's own fonts: shaping, direction, wrapping, fallback.

The web fonts are subsets. A piece of text that the language's font lacks is set in the other
font; a character that neither has is replaced by its plain form or left out.
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageDraw, ImageFont

_FOLDER = Path(__file__).resolve().parents[3] / "static" / "fonts"
ARABIC, LATIN = _FOLDER / "head-arabic.woff2", _FOLDER / "head-latin.woff2"
FONTS = {"ar": ARABIC, "en": LATIN, "tr": LATIN, "ku": LATIN}

_PIECES = re.compile(r"\d[\d.,٬:/–-]*\d%?|\d%?|[^\W\d_]+|\s+|.")
_PLAIN = {
    "„": "“",
    "‚": "‘",
    "•": "·",
    "−": "–",
    "‑": "-",
    "×": "x",
    "…": "...",
    "€": "EUR",
    "\u00a0": " ",
    "\u202f": " ",
}
_LATIN_LETTER = "[A-Za-zÀ-ɏ]"
_POINT = re.compile(f"(?<!{_LATIN_LETTER})[,;?]|[,;?](?! ?{_LATIN_LETTER})")
_ARABIC_POINTS = str.maketrans({",": "،", ";": "؛", "?": "؟", "„": "“"})
_MISSING = "\U0010fffd"


class Lettering:
    """One language at one size, ready to measure, wrap and draw."""

    def __init__(self, language: str, size: int):
        self.language, self.rtl = language, language == "ar"
        self.path = FONTS.get(language, LATIN)
        self.other = LATIN if self.rtl else ARABIC
        self.size = size
        self.leading = round(size * (1.55 if self.rtl else 1.3))

    def width(self, text: str) -> float:
        return sum(self._length(run, path) for run, path in self._runs(text))

    def wrap(self, text: str, width: float) -> list[str]:
        """The text in lines that fit the width, broken between words."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.width(longer) > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def balance(self, text: str, width: float) -> list[str]:
        """As few lines as ``wrap`` makes, but of nearly the same length: for titles."""
        best = self.wrap(text, width)
        for share in range(95, 45, -5):
            lines = self.wrap(text, width * share / 100)
            if len(lines) > len(best) or max(map(self.width, lines)) > width:
                break
            best = lines
        return best

    def draw(self, pen: ImageDraw.ImageDraw, x: float, y: float, text: str, fill, end: bool = False) -> None:
        """One line with its baseline at ``y``; ``x`` is where the line starts, or with ``end`` where it ends.

        A line starts on the left, in Arabic on the right.
        """
        onward = -1 if self.rtl else 1
        if end:
            x -= onward * self.width(text)
        for run, path in self._runs(text):
            length = self._length(run, path)
            left = x - length if self.rtl else x
            pen.text((left, y), run, fill, font=_font(path, self.size), anchor="ls", **self._direction(path))
            x += onward * length

    def _length(self, run: str, path: Path) -> float:
        return _font(path, self.size).getlength(run, **self._direction(path))

    def _direction(self, path: Path) -> dict[str, str]:
        if path == ARABIC:
            return {"direction": "rtl", "language": "ar"}
        return {"direction": "ltr", "language": "en" if self.rtl else self.language}

    def _runs(self, text: str) -> tuple[tuple[str, Path], ...]:
        return _runs(text, self.path, self.other)


@lru_cache(maxsize=4096)
def _runs(text: str, main: Path, other: Path) -> tuple[tuple[str, Path], ...]:
    """The text cut into runs of one font each, in reading order."""
    pieces = [[piece, _choose(piece, main, other)] for piece in _PIECES.findall(_punctuated(text, main))]
    for before, piece, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
        if piece[0].isspace() and before[1] == after[1]:
            piece[1] = before[1]
    runs: list[list] = []
    for piece, path in pieces:
        if runs and runs[-1][1] == path:
            runs[-1][0] += piece
        else:
            runs.append([piece, path])
    return tuple((_drawable(run, path), path) for run, path in runs)


def _punctuated(text: str, main: Path) -> str:
    """Arabic text with Arabic punctuation, which is what its font has."""
    if main != ARABIC:
        return text
    text = re.sub(r"(?<=\d),(?=\d)", "٬", text)
    return _POINT.sub(lambda found: found.group().translate(_ARABIC_POINTS), text)


def _choose(piece: str, main: Path, other: Path) -> Path:
    def covers(path: Path) -> bool:
        return all(_has(path, character) for character in piece)

    return other if covers(other) and not covers(main) else main


def _drawable(run: str, path: Path) -> str:
    return "".join(character if _has(path, character) else _plain(character, path) for character in run)


def _plain(character: str, path: Path) -> str:
    """The nearest thing that the font can draw, perhaps nothing."""
    base = _PLAIN.get(character) or unicodedata.normalize("NFKD", character)[0]
    return base if all(_has(path, each) for each in base) else ""


@cache
def _has(path: Path, character: str) -> bool:
    if character.isspace() or unicodedata.category(character) == "Cf":
        return character not in "\u00a0\u202f"
    font = _font(path, 40)
    drawn, missing = font.getmask(character), font.getmask(_MISSING)
    return (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))


@cache
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)
