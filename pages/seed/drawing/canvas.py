"""The drawing surface: flat shapes in frame units, drawn large and reduced once at the end.

A scene is composed in a frame of 1200 by 800 units whatever size is asked for; another proportion
crops the frame, as a photograph would be cropped. A fill is one colour (``#rrggbb`` or
``#rrggbbaa``) or a tuple of colours, which runs from the top of the shape to its bottom.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import cos, hypot, pi, radians, sin
from random import Random

from PIL import Image, ImageColor, ImageDraw, ImageFilter

Point = tuple[float, float]
Fill = str | tuple[str, ...]
Box = tuple[int, int, int, int]

OVERSAMPLE = 2


def mix(first: str, second: str, share: float) -> str:
    """The colour that lies ``share`` of the way from the first colour to the second."""
    pairs = zip(ImageColor.getrgb(first)[:3], ImageColor.getrgb(second)[:3], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def clear(colour: str, opacity: float) -> str:
    """The colour made see-through: 1 is solid, 0 is nothing."""
    return f"{colour[:7]}{round(opacity * 255):02x}"


def trace(
    text: str,
    x: float = 0,
    y: float = 0,
    width: float = 1,
    height: float | None = None,
) -> list[Point]:
    """Points written as ``"0,0 1,-2"``, placed about (x, y); their unit is ``width``, or width and height."""
    height = width if height is None else height
    return [(x + a * width, y + b * height) for a, b in numbers(text)]


@lru_cache(maxsize=1024)
def numbers(text: str) -> tuple[tuple[float, ...], ...]:
    """A small table written as ``"0,0 1,-2"``: rows between spaces, commas in a row."""
    rows = (row.split(",") for row in text.split())
    return tuple(tuple(float(value) if "." in value else int(value) for value in row) for row in rows)


def smooth(points: Sequence[Point], closed: bool = False, steps: int = 10) -> list[Point]:
    """A soft curve through the points (Catmull and Rom)."""
    ends = [points[-1], *points, *points[:2]] if closed else [points[0], *points, points[-1]]
    curve = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(steps):
            t = step / steps
            weights = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2)
            x, y = (sum(w * p[i] for w, p in zip(weights, (a, b, c, d), strict=True)) / 2 for i in (0, 1))
            curve.append((x, y))
    return curve if closed else [*curve, points[-1]]


def blob(text: str, x: float = 0, y: float = 0, width: float = 1, height: float | None = None) -> list[Point]:
    """A closed soft curve through points written as for ``trace``."""
    return smooth(trace(text, x, y, width, height), closed=True, steps=6)


def spin(points: Iterable[Point], centre: Point, degrees: float) -> list[Point]:
    """The points turned clockwise about the centre."""
    x0, y0, co, si = *centre, cos(radians(degrees)), sin(radians(degrees))
    return [(x0 + (x - x0) * co - (y - y0) * si, y0 + (x - x0) * si + (y - y0) * co) for x, y in points]


def ring(
    x: float,
    y: float,
    rx: float,
    ry: float,
    start: float = 0,
    end: float = 360,
    steps: int = 36,
) -> list[Point]:
    """Points on an ellipse, clockwise from ``start`` to ``end`` in degrees; 0 is on the right."""
    angles = (radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(x + rx * cos(a), y + ry * sin(a)) for a in angles]


def arch(x: float, y: float, half: float, height: float, rise: float | None = None) -> list[Point]:
    """The outline of an opening with a round top, its foot on ``y``; its curve is ``rise`` high."""
    rise = half if rise is None else rise
    return [(x - half, y), *ring(x, y - height + rise, half, rise, 180, 360, 24), (x + half, y)]


@lru_cache(maxsize=512)
def _ramp(colours: tuple[str, ...], length: int) -> list[tuple[int, ...]]:
    stops = [ImageColor.getrgb(colour)[:3] for colour in colours]
    ramp = []
    for i in range(length):
        place = i / max(1, length - 1) * (len(stops) - 1)
        low = min(int(place), len(stops) - 2)
        share = place - low
        pairs = zip(stops[low], stops[low + 1], strict=True)
        ramp.append(tuple(round(a + (b - a) * share) for a, b in pairs))
    return ramp


@lru_cache(maxsize=1)
def _falloff() -> Image.Image:
    # Pillow's gradient reaches 181 at the middle of an edge, 255 in the corners.
    return Image.radial_gradient("L").point([round(255 * max(0, 1 - v / 180) ** 1.8) for v in range(256)])


class Canvas:
    """Takes shapes in frame units; ``finish`` returns the picture."""

    def __init__(self, size: tuple[int, int], seed: str, frame: tuple[int, int] = (1200, 800)):
        width, height = size[0] * OVERSAMPLE, size[1] * OVERSAMPLE
        self.scale = max(width / frame[0], height / frame[1])
        self.shift = ((width - frame[0] * self.scale) / 2, (height - frame[1] * self.scale) / 2)
        self.image = Image.new("RGB", (width, height))
        self.pen = ImageDraw.Draw(self.image, "RGBA")
        self.rng = Random(seed)  # noqa: S311 (chance for pictures, not for secrets)

    def finish(self) -> Image.Image:
        """The picture at its own size."""
        return self.image.reduce(OVERSAMPLE)

    def at(self, points: Iterable[Point]) -> list[Point]:
        """Frame units to pixels."""
        return [(x * self.scale + self.shift[0], y * self.scale + self.shift[1]) for x, y in points]

    def poly(self, points: Iterable[Point], fill: Fill) -> None:
        """A filled outline."""
        pixels = self.at(points)
        if isinstance(fill, str):
            self.pen.polygon(pixels, fill)
        else:
            self._shade(pixels, fill, lambda pen, local: pen.polygon(local, 255))

    def rect(self, x: float, y: float, width: float, height: float, fill: Fill, radius: float = 0) -> None:
        """A rectangle, its corners rounded by ``radius``."""
        corners = self.at([(x, y), (x + width, y + height)])
        if isinstance(fill, str) and not radius:
            self.pen.rectangle(corners, fill)
        elif isinstance(fill, str):
            self.pen.rounded_rectangle(corners, radius * self.scale, fill)
        else:
            self._shade(corners, fill, lambda pen, box: pen.rounded_rectangle(box, radius * self.scale, 255))

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Fill) -> None:
        """An ellipse by its middle and its two radii."""
        corners = self.at([(x - rx, y - ry), (x + rx, y + ry)])
        if isinstance(fill, str):
            self.pen.ellipse(corners, fill)
        else:
            self._shade(corners, fill, lambda pen, box: pen.ellipse(box, 255))

    def disc(self, x: float, y: float, radius: float, fill: Fill) -> None:
        """A circle."""
        self.oval(x, y, radius, radius, fill)

    def line(self, points: Sequence[Point], fill: str, width: float) -> None:
        """A line with round joints and round ends."""
        pixels, thick = self.at(points), max(1, round(width * self.scale))
        self.pen.line(pixels, fill, thick, joint="curve" if thick > 3 else None)
        if thick > 4 and len(fill) == 7:
            for x, y in (pixels[0], pixels[-1]):
                self.pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill)

    def limb(self, points: Sequence[Point], fill: Fill, start: float, end: float) -> None:
        """A curved stroke that tapers from one width to another: a trunk, a frond, an arm."""
        left, right, last = [], [], len(points) - 1
        for i, (x, y) in enumerate(points):
            (x0, y0), (x1, y1) = points[max(0, i - 1)], points[min(last, i + 1)]
            long = hypot(x1 - x0, y1 - y0) or 1
            half = (start + (end - start) * i / last) / 2
            nx, ny = -(y1 - y0) / long * half, (x1 - x0) / long * half
            left.append((x + nx, y + ny))
            right.append((x - nx, y - ny))
        self.poly([*left, *reversed(right)], fill)

    def wash(self, y: float, height: float, *colours: str) -> None:
        """A vertical run of colours over the whole width."""
        left, right = -self.shift[0] / self.scale, (self.image.width - self.shift[0]) / self.scale
        self.rect(left - 1, y, right - left + 2, height, colours)

    def sky(self, *colours: str, down_to: float = 800) -> None:
        """A run of colours from the top edge, whatever the crop."""
        self.wash(-self.shift[1] / self.scale, down_to + self.shift[1] / self.scale, *colours)

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.8) -> None:
        """Light that fades outward from a point."""
        (left, top), (right, bottom) = self.at([(x - radius, y - radius), (x + radius, y + radius)])
        box = self._visible(left, top, right, bottom)
        if box:
            ratio = 256 / (right - left)
            offsets = (box[0] - left, box[1] - top, box[2] - left, box[3] - top)
            source = tuple(min(256, max(0, offset * ratio)) for offset in offsets)
            level = _falloff().point(lambda v: v * strength)
            mask = level.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.BILINEAR, source)
            self.image.paste(colour, box, mask)

    def veil(self, y: float, height: float, colour: str, *levels: float) -> None:
        """Mist or shadow over the whole width, its opacity running through the levels downwards."""
        (_, upper), (_, lower) = self.at([(0, y), (0, y + height)])
        box = self._visible(0, upper, self.image.width, lower)
        if box:
            rows = box[3] - box[1]
            greys = tuple(mix("#000000", "#ffffff", level) for level in levels)
            column = bytes(grey for grey, _, _ in _ramp(greys, rows))
            mask = Image.frombytes("L", (1, rows), column).resize((box[2], rows))
            self.image.paste(colour, box, mask)

    def mirror(self, y: float, depth: float, colour: str, opacity: float) -> None:
        """Still water: what stands above the line appears below it, tinted."""
        (_, line), (_, lower) = self.at([(0, y), (0, y + depth)])
        line, lower = round(line), min(round(lower), self.image.height)
        above = self.image.crop((0, max(0, 2 * line - lower), self.image.width, line))
        flipped = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        tint = Image.new("RGB", flipped.size, colour)
        self.image.paste(Image.blend(flipped, tint, opacity), (0, line))

    def soften(self, blur: float) -> None:
        """Puts everything drawn so far out of focus."""
        small = self.image.reduce(8).filter(ImageFilter.GaussianBlur(blur * self.scale / 8))
        self.image.paste(small.resize(self.image.size, Image.Resampling.BICUBIC))

    def _visible(self, left: float, top: float, right: float, bottom: float) -> Box | None:
        """The box in whole pixels, cut to the picture; None where nothing is left of it."""
        x0, y0 = max(0, round(left)), max(0, round(top))
        x1, y1 = min(self.image.width, round(right)), min(self.image.height, round(bottom))
        return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None

    def _shade(self, pixels: Sequence[Point], colours: tuple[str, ...], shape) -> None:
        left, right = min(x for x, _ in pixels), max(x for x, _ in pixels)
        top, bottom = min(y for _, y in pixels), max(y for _, y in pixels)
        box = self._visible(left, top, right + 1, bottom + 1)
        if not box:
            return
        size = (box[2] - box[0], box[3] - box[1])
        ramp = _ramp(colours, max(2, round(bottom - top) + 1))
        first = box[1] - round(top)
        strip = Image.new("RGB", (1, size[1]))
        strip.putdata([ramp[min(len(ramp) - 1, max(0, first + i))] for i in range(size[1])])
        mask = Image.new("L", size)
        shape(ImageDraw.Draw(mask), [(x - box[0], y - box[1]) for x, y in pixels])
        self.image.paste(strip.resize(size), box, mask)


class Eye:
    """One-point perspective: metres to frame units, seen from ``height`` above the floor."""

    def __init__(self, x: float, y: float, height: float, lens: float):
        self.x, self.y, self.height, self.lens = x, y, height, lens

    def __call__(self, x: float, y: float, z: float) -> Point:
        return self.x + x * self.lens / z, self.y + (self.height - y) * self.lens / z

    def strip(self, first: Point, second: Point, far: float, near: float) -> list[Point]:
        """The surface between two lines that run away from us, each given by its (x, y)."""
        return [self(*first, far), self(*second, far), self(*second, near), self(*first, near)]


def hills(rng: Random, base: float, height: float, waves: int = 4, rough: float = 0) -> list[Point]:
    """The outline of a range of hills, closed below the frame and to both sides of it."""
    turn = 2 * pi
    parts = [(height / n, rng.uniform(0.6, 1.3) * n, rng.uniform(0, turn)) for n in range(1, waves + 1)]
    points, drift = [], 0.0
    for x in range(-200, 1401, 8):
        drift = drift * 0.8 + rng.uniform(-rough, rough)
        y = sum(size * sin(x / 1200 * turn * pace + phase) for size, pace, phase in parts) / 2
        points.append((x, base - y - drift))
    return [(-200, 1200), *points, (1400, 1200)]
