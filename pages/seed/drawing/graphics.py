"""Infographics and documents: bar charts as pictures, reports as PDF files."""

import io
from collections.abc import Sequence
from math import cos, pi, sin

from PIL import Image, ImageDraw

from pages.seed.drawing.lettering import Lettering

GREEN, INK, WASH, RED, WHITE = "#00603a", "#121815", "#f3f6f2", "#b5122b", "#ffffff"
SOFT, TRACK = "#4d5751", "#dde5de"

A4, DPI, QUALITY = (909, 1286), 110, 50
_FINE = 2


def draw_bars(
    title: str,
    unit: str,
    rows: Sequence[tuple[str, float]],
    language: str,
    size: tuple[int, int] = (1280, 1600),
) -> Image.Image:
    """A chart of horizontal bars under its title; in Arabic everything starts from the right."""
    image = Image.new("RGB", size, WASH)
    pen = ImageDraw.Draw(image)
    side = _Side(size[0], round(size[0] * 0.07), language == "ar")
    _masthead(pen, size[0], round(size[1] * 0.009))
    y = _heading(pen, side, title, unit, language, size)
    foot = round(size[1] * 0.935)
    _bars(pen, side, rows, language, (y, foot - round(size[1] * 0.03)))
    pen.rectangle((side.margin, foot, size[0] - side.margin, foot + 2), TRACK)
    _stars(image, side.x(14), foot + round(size[1] * 0.03), 13, side.onward)
    return image


def draw_document(title: str, paragraphs: Sequence[str], language: str, pages: int) -> bytes:
    """A PDF of A4 pages that holds the text; what does not fit on ``pages`` pages is left out."""
    body = Lettering(language, 44)
    sheets = [_Sheet(language)]
    sheets[0].head(title, Lettering(language, 84))
    for paragraph in paragraphs:
        is_heading = _is_heading(paragraph)
        for line in body.wrap(paragraph, sheets[0].width):
            if not sheets[-1].has_room(body, lines=3 if is_heading else 1):
                if len(sheets) == max(1, pages):
                    return _pdf(title, sheets)
                sheets.append(_Sheet(language))
            sheets[-1].line(line, body, GREEN if is_heading else INK)
        sheets[-1].y += round(body.leading * (0.15 if is_heading else 0.55))
    return _pdf(title, sheets)


def _is_heading(paragraph: str) -> bool:
    """Short and without a full stop: the text comes as plain paragraphs, headings among them."""
    return len(paragraph) < 70 and not paragraph.endswith((".", ";", ":", "؛", "!", "?", "؟", "”", "»", ")"))


class _Side:
    """Places measured from the edge where reading starts."""

    def __init__(self, width: int, margin: int, rtl: bool):
        self.width, self.margin, self.onward = width, margin, -1 if rtl else 1

    def x(self, distance: float = 0) -> float:
        return self.margin + distance if self.onward > 0 else self.width - self.margin - distance

    def box(self, start: float, end: float, top: float, bottom: float) -> tuple[float, float, float, float]:
        left, right = sorted((self.x(start), self.x(end)))
        return left, top, right - 1, bottom - 1


def _masthead(pen: ImageDraw.ImageDraw, width: int, band: int) -> None:
    """The house rule across the top: green, white, black."""
    for i, colour in enumerate((GREEN, WHITE, INK)):
        pen.rectangle((0, i * band, width, (i + 1) * band - 1), colour)


def _heading(
    pen: ImageDraw.ImageDraw,
    side: _Side,
    title: str,
    unit: str,
    language: str,
    size: tuple[int, int],
) -> int:
    """Title and unit; returns where the bars may begin."""
    room = size[0] - 2 * side.margin
    for points in (82, 74, 66, 58, 50, 42, 36):
        letters = Lettering(language, round(points * size[0] / 1280))
        lines = letters.balance(title, room)
        if len(lines) <= 3 and max(map(letters.width, lines)) <= room:
            break
    y = round(size[1] * 0.055)
    for line in lines:
        y += letters.leading
        letters.draw(pen, side.x(), y, line, INK)
    small = Lettering(language, round(36 * size[0] / 1280))
    y += round(letters.size * (0.5 if letters.rtl else 0.35))
    for line in small.wrap(unit, room):
        y += small.leading
        small.draw(pen, side.x(), y, line, SOFT)
    y += round(small.size * 0.75)
    pen.rectangle(side.box(0, size[0] * 0.1, y, y + 6), GREEN)
    return y + round(size[1] * 0.03)


def _bars(
    pen: ImageDraw.ImageDraw,
    side: _Side,
    rows: Sequence[tuple[str, float]],
    language: str,
    span: tuple[int, int],
) -> None:
    """A row per value: label above, bar below, the number past the end of its bar."""
    step = min(190.0, (span[1] - span[0]) / max(1, len(rows)))
    label = Lettering(language, round(min(40, step * 0.27)))
    number = Lettering(language, round(min(44, step * 0.3)))
    texts = [_number(value, language) for _, value in rows]
    room = side.width - 2 * side.margin
    reach = room - max(map(number.width, texts), default=0) - number.size * 0.6
    most = max((value for _, value in rows), default=0)
    for i, ((name, value), text) in enumerate(zip(rows, texts, strict=True)):
        base = span[0] + i * step
        line = base + label.size * 1.15
        label.draw(pen, side.x(), line, label.wrap(name, room)[0], INK)
        top, bottom = line + step * 0.13, line + step * 0.13 + step * 0.36
        length = max(6, reach * value / most) if value > 0 else 0
        pen.rectangle(side.box(0, reach, top, bottom), TRACK)
        if length:
            pen.rectangle(side.box(0, length, top, bottom), GREEN)
        middle = (top + bottom) / 2 + number.size * 0.34
        number.draw(pen, side.x(reach + number.size * 0.6), middle, text, INK)


def _number(value: float, language: str) -> str:
    """A value as its language writes it, always in the digits 0 to 9."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
    return text.translate(str.maketrans(",.", ".,")) if language in ("tr", "ku") else text


def _stars(image: Image.Image, x: float, y: float, radius: int, onward: int) -> None:
    """Three small red stars, onward from the first one's middle."""
    fine = 8
    for i in range(3):
        mask = Image.new("L", (radius * 2 * fine, radius * 2 * fine))
        reach = [radius * fine * (1 if k % 2 == 0 else 0.385) for k in range(10)]
        centre = radius * fine
        points = [(centre + r * sin(k * pi / 5), centre - r * cos(k * pi / 5)) for k, r in enumerate(reach)]
        ImageDraw.Draw(mask).polygon(points, 255)
        middle = x + onward * i * radius * 3
        image.paste(RED, (round(middle - radius), round(y - radius)), mask.reduce(fine))


class _Sheet:
    """One page of a document, filled from the top. It is drawn large and reduced, for even spacing."""

    MARGIN, FOOT = 192, 2360

    def __init__(self, language: str):
        self.image = Image.new("RGB", (A4[0] * _FINE, A4[1] * _FINE), WHITE)
        self.pen = ImageDraw.Draw(self.image)
        self.language = language
        self.side = _Side(self.image.width, self.MARGIN, language == "ar")
        self.width = self.image.width - 2 * self.MARGIN
        self.y = 208
        for i, colour in enumerate((GREEN, WHITE, INK)):
            self.pen.rectangle(self.side.box(0, self.width, 116 + i * 12, 128 + i * 12), colour)

    def head(self, title: str, letters: Lettering) -> None:
        _stars(self.image, self.side.x(18), 212, 18, self.side.onward)
        self.y = 264
        for line in letters.balance(title, self.width):
            self.line(line, letters)
        self.pen.rectangle(self.side.box(0, 180, self.y + 52, self.y + 60), GREEN)
        self.y += 124

    def has_room(self, letters: Lettering, lines: int) -> bool:
        return self.y + letters.leading * lines <= self.FOOT

    def line(self, text: str, letters: Lettering, colour: str = INK) -> None:
        self.y += letters.leading
        letters.draw(self.pen, self.side.x(), self.y, text, colour)

    def finish(self, number: int) -> Image.Image:
        """The page with its number, at its own size."""
        self.pen.rectangle(self.side.box(0, self.width, 2424, 2426), "#c5c8c6")
        letters = Lettering(self.language, 38)
        letters.draw(self.pen, self.side.x(self.width), 2480, str(number), SOFT, end=True)
        return self.image.reduce(_FINE)


def _pdf(title: str, sheets: Sequence[_Sheet]) -> bytes:
    first, *others = [sheet.finish(i) for i, sheet in enumerate(sheets, start=1)]
    buffer = io.BytesIO()
    dates = {"creationDate": None, "modDate": None}  # the file is the same whenever it is made
    first.save(
        buffer,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=DPI,
        quality=QUALITY,
        optimize=True,
        progressive=True,
        title=title,
        **dates,
    )
    return buffer.getvalue()
