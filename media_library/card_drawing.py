"""
What social networks show of a text: a card of 1200 × 630 pixels. Words and a picture of our own in, JPEG out.

No Django and no files of others here: the words are set by Pillow with raqm
(HarfBuzz and FriBidi), which joins Arabic letters and puts mixed directions in
order, a whole line at a time. A text is set in one font, the first that has
all its letters; signs that none has (emoji) are left out.
"""

import math
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from media_library import imaging

SIZE = WIDTH, HEIGHT = 1200, 630

# The light colours of the public pages (`static/css/site.css`).
_PAPER, _WASH, _INK, _SOFT, _LINE = "#ffffff", "#f3f6f2", "#121815", "#4d5751", "#d8ded9"
_GREEN, _RED = "#00603a", "#b5122b"

_FONTS = Path(__file__).with_name("fonts")
_LATIN, _ARABIC, _OTHER = "Newsreader-SemiBold.ttf", "Vazirmatn-Bold.ttf", "NotoSans-Bold.ttf"
# Direction → fonts, the liked one first, and the height of a line for letters of one pixel.
_FACES = {"ltr": (_LATIN, _ARABIC, _OTHER), "rtl": (_ARABIC, _LATIN, _OTHER)}
_LEADING = {_LATIN: 1.14, _ARABIC: 1.42, _OTHER: 1.2}
# Where the first base line stands below the upper edge, for letters of one pixel.
_ASCENT = {_LATIN: 0.84, _ARABIC: 0.98, _OTHER: 0.88}

# Pixels: around the words, the picture's width, the rule at the top (green, white, black).
_PAD, _PHOTO_WIDTH = 64, 480
_RULE = ((_GREEN, 12), (_PAPER, 7), (_INK, 9))
_RULE_HEIGHT = sum(height for _color, height in _RULE)
# The least part of its place that a picture must fill by itself: below, it would only look bad.
_LEAST_PHOTO = 0.5
# The sizes of what is not the headline.
_SMALL = (30, 28, 26)
_ELLIPSIS = "…"
# Drawn so many times larger, then made smaller: shapes have smooth edges.
_FINER = 4


class Undrawable(ValueError):
    """Raised for words with letters that no font has, or that cannot be joined without raqm."""


@dataclass(frozen=True)
class Words:
    """
    What stands on a card, in one language ("ar", with the direction "rtl").

    With `quote`, that stands large, and the headline small below. Without
    `site_name` the stars stand alone.
    """

    language: str
    direction: str
    headline: str
    kicker: str = ""
    site_name: str = ""
    quote: str = ""


def draw(words, photo=None, *, focal_x=50, focal_y=50):
    """
    The bytes of the card: a progressive JPEG without metadata, within the ceiling of `imaging`.

    photo: an upright image, cropped around its focal point (percent); one
    that is far too small is not used. Raises `Undrawable`.
    """
    card = Image.new("RGB", SIZE, _WASH if words.quote else _PAPER)
    width = WIDTH
    if photo is not None and not words.quote and (part := _photo_part(photo, focal_x, focal_y)):
        card.paste(part, (0 if words.direction == "rtl" else WIDTH - _PHOTO_WIDTH, 0))
        width -= _PHOTO_WIDTH
    page = _Page(card, words, width)
    page.set_words()
    _draw_rule(card)
    return imaging.encode(card, "jpeg")


def _photo_part(photo, focal_x, focal_y):
    part = imaging.crop(photo, _PHOTO_WIDTH / HEIGHT, focal_x, focal_y)
    if part.width < _PHOTO_WIDTH * _LEAST_PHOTO:
        return None
    return part.convert("RGB").resize((_PHOTO_WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _draw_rule(card):
    top = 0
    for color, height in _RULE:
        card.paste(color, (0, top, WIDTH, top + height))
        top += height


class _Page:
    """The part of a card that words stand in: `width` pixels from the edge where reading begins."""

    def __init__(self, card, words, width):
        self.draw, self.card, self.words = ImageDraw.Draw(card), card, words
        self.is_rtl = words.direction == "rtl"
        self.measure = width - 2 * _PAD
        self.is_narrow = width < WIDTH

    def set_words(self):
        top, foot = _RULE_HEIGHT + 40, self._set_name() - 24
        if self.words.quote:
            self._set_quote(top, foot)
        else:
            self._set_headline(top, foot)

    def _set_headline(self, top, foot):
        kicker = self._fit(self.words.kicker, _SMALL, lines=1)
        under = kicker.height + 12
        sizes = range(66, 31, -2) if self.is_narrow else range(112, 39, -4)
        headline = self._fit(self.words.headline, sizes, foot - top - under)
        if not self.is_narrow:
            top += max(0, (foot - top - under - headline.height) / 2)
        self._put(kicker, top, _GREEN)
        self._put(headline, top + under, _INK)

    def _set_quote(self, top, foot):
        headline = self._fit(self.words.headline, _SMALL, lines=2)
        foot -= headline.height
        self._put(headline, foot, _SOFT)
        quote = self._fit(self.words.quote, range(80, 31, -4), foot - top - 24)
        self._put(quote, top + max(0, (foot - 24 - top - quote.height) / 2), _INK)

    def _set_name(self):
        """Sets the site's name, the stars behind it and a line above at the lower edge; returns where that begins."""
        name = self._fit(self.words.site_name, _SMALL, lines=2, beside=_STARS_WIDTH + _STARS_GAP)
        top = HEIGHT - 40 - max(name.height, _SMALL[0])
        self._put(name, top, _INK)
        after = name.face.length(name.lines[-1], name.size) + _STARS_GAP if name.lines else 0
        base = top + name.base_of(len(name.lines) - 1) if name.lines else HEIGHT - 40
        _draw_stars(self.card, round(self._across(after, _STARS_WIDTH)), round(base) - _STAR + 1)
        line = self._across(0, self.measure)
        self.draw.line([(line, top - 20), (line + self.measure, top - 20)], fill=_LINE, width=2)
        return top - 20

    def _across(self, after, width):
        """Where something begins from the left that stands so far behind the edge where reading begins."""
        return WIDTH - _PAD - after - width if self.is_rtl else _PAD + after

    def _fit(self, text, sizes, height=math.inf, *, lines=99, beside=0):
        face, text = face_for(text, self.words.language, self.words.direction)
        return face.fit(text, sizes, self.measure - beside, height, lines)

    def _put(self, block, top, color):
        across, anchor = (WIDTH - _PAD, "rs") if self.is_rtl else (_PAD, "ls")
        font = block.face.font(block.size)
        for number, line in enumerate(block.lines):
            place = across, round(top + block.base_of(number))
            self.draw.text(place, line, fill=color, font=font, anchor=anchor, **block.face.shaping)


# --- Setting words in lines ------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """Lines of words in one size (pixels)."""

    face: "Face"
    size: int
    lines: tuple

    @property
    def height(self):
        return math.ceil(len(self.lines) * self.size * self.face.leading)

    def base_of(self, number):
        """How far the base line of a line lies below the upper edge of the block."""
        return self.size * (_ASCENT[self.face.file] + number * self.face.leading)


@dataclass(frozen=True)
class Face:
    """A font, and how words of a language are set in it."""

    file: str
    language: str
    direction: str

    @property
    def leading(self):
        return _LEADING[self.file]

    @property
    def shaping(self):
        """What Pillow is told of the words: nothing where it lacks raqm."""
        return {"direction": self.direction, "language": self.language} if can_shape() else {}

    def font(self, size):
        return _font(self.file, size)

    def length(self, text, size):
        """The width of a line of words, in pixels."""
        return self.font(size).getlength(text, **self.shaping)

    def fit(self, text, sizes, width, height, most):
        """
        `text` in at most `most` lines that fill neither more than `width` nor more than `height`.

        In the first of `sizes` in which it fits; a word is broken only if it
        is wider than a line even in the last. What is too much for that one is
        cut after a word, with an ellipsis.
        """
        words = text.split(" ") if text else []
        hopeless = {word for word in words if self.length(word, sizes[-1]) > width}
        for size in sizes:
            pieces = [
                piece for word in words for piece in (self._pieces(word, size, width) if word in hopeless else [word])
            ]
            block = _Block(self, size, self._lines(pieces, size, width))
            is_whole = all(self.length(piece, size) <= width for piece in pieces)
            if is_whole and len(block.lines) <= most and block.height <= height:
                return _Block(self, size, self._balanced(pieces, size, width, len(block.lines)))
        possible = max(1, int(min(most, height / (size * self.leading))))
        last = self._cut(block.lines[possible - 1], size, width)
        return _Block(self, size, (*block.lines[: possible - 1], last))

    def _lines(self, words, size, width):
        """As many words on each line as it takes."""
        lines = []
        for word in words:
            longer = f"{lines[-1]} {word}" if lines else ""
            if longer and self.length(longer, size) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return tuple(lines)

    def _balanced(self, words, size, width, count):
        """The same number of lines, as narrow as they can be: about equally long."""
        best = self._lines(words, size, width)
        least = 0
        while width - least > size / 4:
            middle = (least + width) / 2
            lines = self._lines(words, size, middle)
            if len(lines) == count and all(self.length(line, size) <= middle for line in lines):
                best, width = lines, middle
            else:
                least = middle
        return best

    def _pieces(self, word, size, width):
        """A word that is wider than a line, in pieces that are not; marks stay with their letters."""
        pieces = [""]
        for letter in word:
            if unicodedata.combining(letter) or self.length(pieces[-1] + letter, size) <= width:
                pieces[-1] += letter
            else:
                pieces.append(letter)
        return pieces

    def _cut(self, line, size, width):
        words = line.split(" ")
        while len(words) > 1 and self.length(" ".join(words) + _ELLIPSIS, size) > width:
            words.pop()
        return " ".join(words).rstrip("،,;:.–—- ") + _ELLIPSIS


# --- Fonts -----------------------------------------------------------------------


@cache
def can_shape():
    """Whether Pillow finds raqm with FriBidi (Debian's libfribidi0), without which Arabic cannot be written."""
    return features.check("raqm")


def face_for(text, language, direction):
    """(`Face`, what it can set of `text`): the font that lacks the least of it. Raises `Undrawable`."""
    if direction == "rtl" and not can_shape():
        raise Undrawable("raqm is missing")
    text = " ".join(unicodedata.normalize("NFC", text).split())
    file = min(_FACES[direction], key=lambda name: len(_missing(name, text)))
    missing = _missing(file, text)
    if lost := {letter for letter in missing if unicodedata.category(letter)[0] in "LN"}:
        raise Undrawable(f"no font has {' '.join(sorted(lost))}")
    kept = "".join(letter for letter in text if letter not in missing).split()
    # Of signs that were left out, what joined them is left over.
    return Face(file, language, direction), " ".join(word for word in kept if not _is_unseen(word))


def _is_unseen(word):
    return all(unicodedata.category(letter) == "Cf" for letter in word)


def _missing(file, text):
    return {letter for letter in text if not _has(file, letter)}


@cache
def _has(file, letter):
    """Whether a font has a glyph for a letter; what is never seen by itself (direction marks) needs none."""
    if unicodedata.category(letter) in {"Cf", "Zs"}:
        return True
    return _glyph(file, letter) != _glyph(file, "\U0010ffff")


def _glyph(file, letter):
    # By itself: shaping could put another glyph in its place.
    font = ImageFont.truetype(_FONTS / file, 24, layout_engine=ImageFont.Layout.BASIC)
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


@cache
def _font(file, size):
    return ImageFont.truetype(_FONTS / file, size)


# --- The stars of the masthead -----------------------------------------------------

_STAR, _STAR_STEP, _STARS_GAP = 20, 24, 14
_STARS_WIDTH = _STAR + 2 * _STAR_STEP


def _draw_stars(card, left, top):
    """Three red stars, 20 pixels high, beside one another."""
    mask = Image.new("L", (_STARS_WIDTH * _FINER, _STAR * _FINER))
    for number in range(3):
        ImageDraw.Draw(mask).polygon(_star(number * _STAR_STEP), fill=255)
    mask = mask.resize((_STARS_WIDTH, _STAR), Image.Resampling.LANCZOS)
    card.paste(_RED, (left, top), mask)


def _star(left):
    """The ten corners of a star with five points."""
    outer = _STAR / 2
    corners = []
    for number in range(10):
        radius, angle = outer if number % 2 == 0 else outer * 0.382, math.pi * (number / 5 - 0.5)
        corners.append(
            ((left + outer + radius * math.cos(angle)) * _FINER, (outer + 1 + radius * math.sin(angle)) * _FINER)
        )
    return corners
