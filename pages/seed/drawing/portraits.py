"""Portraits for the demonstration people: drawn busts, each put together from its seed."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from PIL import Image

from pages.seed.drawing.canvas import (
    Canvas,
    Point,
    blob,
    clear,
    mix,
    numbers,
    ring,
    smooth,
    trace,
)

BACKGROUNDS = (
    ("#dfe6dc", "#a9bcae"),
    ("#e8e0d2", "#c2b199"),
    ("#dbe4ea", "#a3b6c4"),
    ("#e9dcd6", "#c3a79c"),
    ("#e2e3d6", "#b0b596"),
    ("#dedde6", "#a9a8ba"),
    ("#d8e5e3", "#97b4b1"),
    ("#ece4d3", "#cdb98f"),
)
SKINS = ("#f0cdb0", "#e5b995", "#d9a880", "#c99570", "#b98260", "#a06f50", "#e9c2a2")
HAIR = ("#221d1c", "#2e2421", "#3d2d24", "#543d2c", "#6e5138", "#1b1a1d")
GREYS = ("#8d8984", "#b3aea7", "#6f6b67", "#d0ccc5")
JACKETS = ("#26343d", "#2f3b35", "#3a3434", "#35405a", "#4a4038", "#54463c", "#1f2a33", "#44505a", "#5d564c")
BLOUSES = ("#7d4a52", "#3f6a66", "#4f5d86", "#8a6a4a", "#54705a", "#6a4f72", "#2f3f4a", "#9a6a5c", "#44566a")
SHIRTS = ("#f4f3ee", "#e3ebf1", "#f1ece0", "#dfe6e0", "#e9e2ea")
TIES = ("#7a2c33", "#2f5d4c", "#2c4668", "#8a6a35", "#4a3a5a", "#3a3f44")
SCARVES = ("#cdbfa6", "#7f9a8d", "#a5776a", "#55708a", "#e6e0d2", "#8b7690", "#394a50", "#5d7a62", "#2c3036")


WOMEN_STYLES = ("scarf", "scarf", "scarf", "bob", "long", "bun")
MEN_STYLES = ("short", "short", "parted", "parted", "receding", "bald", "curly", "brushed")


@dataclass
class Look:
    """Everything that tells one drawn person from another."""

    woman: bool
    skin: str
    hair: str
    style: str
    beard: str
    glasses: str
    coat: str
    shirt: str
    tie: str
    scarf: str
    background: tuple[str, str]
    width: float
    height: float
    jaw: float
    brow: float
    mouth: float

    @property
    def shade(self) -> str:
        return mix(self.skin, "#6f3a26", 0.26)

    @property
    def line(self) -> str:
        return mix(self.skin, "#3d1f18", 0.62)


def draw_portrait(seed: str, gender: str, size: tuple[int, int] = (480, 600)) -> Image.Image:
    """A bust made up from the seed; ``gender`` starting with "f" or "w" draws a woman."""
    rng = Random(f"portrait {seed}")  # noqa: S311 (chance for pictures, not for secrets)
    look = _look(rng, gender.lower()[:1] in ("f", "w"))
    c = Canvas(size, f"strokes {seed}", frame=(480, 600))
    c.sky(*look.background, down_to=600)
    c.glow(150, 150, 330, "#ffffff", 0.5)
    if look.style == "scarf":
        _scarf_behind(c, look)
    elif look.woman:
        _long_hair_behind(c, look)
    _neck(c, look)
    (_blouse if look.woman else _jacket)(c, look)
    _face(c, look)
    _features(c, look)
    if look.beard:
        _beard(c, look)
    _headdress(c, look)
    if look.glasses:
        _glasses(c, look)
    return c.finish()


def _look(rng: Random, woman: bool) -> Look:
    grey = rng.random() < (0.14 if woman else 0.34)
    styles = WOMEN_STYLES if woman else MEN_STYLES
    beards = ("", "", "", "moustache", "moustache", "stubble", "full", "full", "trimmed")
    return Look(
        woman=woman,
        skin=rng.choice(SKINS),
        hair=rng.choice(GREYS if grey else HAIR),
        style=rng.choice(styles),
        beard="" if woman else rng.choice(beards),
        glasses=rng.choice(("round", "square", "half")) if rng.random() < 0.36 else "",
        coat=rng.choice(BLOUSES if woman else JACKETS),
        shirt=rng.choice(SHIRTS),
        tie=rng.choice(TIES) if rng.random() < 0.68 else "",
        scarf=rng.choice(SCARVES),
        background=rng.choice(BACKGROUNDS),
        width=rng.uniform(74, 84) if woman else rng.uniform(78, 91),
        height=rng.uniform(102, 112) if woman else rng.uniform(104, 118),
        jaw=rng.uniform(0.52, 0.62) if woman else rng.uniform(0.62, 0.78),
        brow=rng.uniform(0, 1),
        mouth=rng.uniform(0.1, 1),
    )


def _on_face(look: Look, points: Iterable[Point]) -> list[Point]:
    """Points given in half face widths and heights, measured from the middle of the face."""
    return [(240 + a * look.width, 232 + b * look.height) for a, b in points]


def _curve(look: Look, text: str, closed: bool = False) -> list[Point]:
    return smooth(_on_face(look, numbers(text)), closed=closed, steps=8)


def _outline(look: Look, grow: float = 1) -> list[Point]:
    j = look.jaw
    right = [(0, -1), (0.62, -0.86), (0.96, -0.4), (0.97, 0.1), (0.9, 0.45), (j, 0.82), (0.24, 0.99)]
    points = [*right, *((-a, b) for a, b in reversed(right[1:]))]
    return smooth(_on_face(look, [(a * grow, b * grow) for a, b in points]), closed=True, steps=8)


def _neck(c: Canvas, look: Look) -> None:
    half = look.width * (0.5 if look.woman else 0.62)
    low = 232 + look.height
    c.poly(trace("-1,0 1,0 1.12,1 -1.12,1", 240, low - 40, half, 510 - low), look.skin)
    shadow = smooth([(240 - half, low - 16), (240, low + 30), (240 + half, low - 16)])
    c.poly([(240 - half, low - 50), *shadow, (240 + half, low - 50)], look.shade)


def _shoulders(look: Look, top: float, reach: float) -> list[Point]:
    right = [(52, top), (112, top + 26), (reach - 36, top + 66), (reach, top + 130), (reach + 12, 640)]
    return [*smooth([(240 - a, b) for a, b in reversed(right)]), *smooth([(240 + a, b) for a, b in right])]


def _jacket(c: Canvas, look: Look) -> None:
    low = 232 + look.height
    c.poly(_shoulders(look, low + 42, 214), (mix(look.coat, "#ffffff", 0.08), look.coat))
    c.poly([(240 - 62, low + 36), (240 + 62, low + 36), (240 + 12, 640), (240 - 12, 640)], look.shirt)
    c.poly(trace("-50,18 0,66 50,18 36,4 0,52 -36,4", 240, low), look.skin)
    if look.tie:
        c.poly(trace("-16,50 16,50 9,84 -9,84", 240, low), mix(look.tie, "#000000", 0.2))
        c.poly([(231, low + 84), (249, low + 84), (262, 640), (218, 640)], look.tie)
    else:
        c.poly(trace("-30,24 30,24 0,96", 240, low), look.skin)
        c.poly(trace("2,40 30,24 0,96", 240, low), look.shade)
    for side in (-1, 1):
        collar = trace("38,6 66,30 44,92 3,62", 240, low, side, 1)
        c.poly(collar, mix(look.shirt, "#8d97a0", 0.1 if side < 0 else 0.2))
        lapel = [*trace("58,34 96,48 108,120 84,124 92,142", 240, low, side, 1), (240 + side * 26, 640)]
        c.poly([*lapel, (240 + side * 14, 640)], mix(look.coat, "#ffffff", 0.13 if side < 0 else 0.05))
        c.line(lapel[1:], mix(look.coat, "#000000", 0.3), 1.6)


def _blouse(c: Canvas, look: Look) -> None:
    low = 232 + look.height
    c.poly(_shoulders(look, low + 48, 182), (mix(look.coat, "#ffffff", 0.1), look.coat))
    if look.style == "scarf":
        return
    if look.tie:
        c.poly([(240 - 56, low + 42), (240 + 56, low + 42), (240 + 30, 640), (240 - 30, 640)], look.shirt)
        c.poly([(240 - 48, low + 40), (240 + 48, low + 40), (240, low + 118)], look.skin)
        for side in (-1, 1):
            lapel = trace("50,38 86,58 90,128 22,310 8,310 14,150", 240, low, side, 1)
            c.poly(lapel, mix(look.coat, "#ffffff", 0.16 if side < 0 else 0.07))
    else:
        c.poly(ring(240, low + 46, 60, 40, 0, 180), mix(look.coat, "#000000", 0.2))
        c.poly(ring(240, low + 46, 52, 32, 0, 180), look.skin)


def _face(c: Canvas, look: Look) -> None:
    for side in (-1, 1):
        ear = _on_face(look, [(side * 0.99, 0.06)])[0]
        c.oval(*ear, 13, 23, look.skin if side < 0 else look.shade)
        c.oval(ear[0], ear[1] + 1, 6, 12, clear(look.shade, 0.8))
    face = _outline(look)
    c.poly(face, look.skin)
    half = len(face) // 2
    edge = _curve(look, "0.16,0.97 0.52,0.56 0.7,0.1 0.62,-0.5 0.2,-0.98")
    c.poly([*face[: half + 2], *edge], clear(look.shade, 0.34))


def _features(c: Canvas, look: Look) -> None:
    brow_colour = mix(look.hair, look.skin, 0.12 if look.style != "scarf" else 0.2)
    for side in (-1, 1):
        arch = trace("0.2,-0.16 0.42,-0.24 0.66,-0.15", 0, -0.03 * look.brow, side, 1)
        c.limb(smooth(_on_face(look, arch)), brow_colour, 6.5 if look.woman else 9, 3)
        (x, y) = _on_face(look, [(side * 0.42, 0.03)])[0]
        lid = smooth([(x - 14, y + 2), (x, y - 7), (x + 14, y + 2)], steps=6)
        c.poly([*lid, *smooth([(x + 14, y + 2), (x, y + 6), (x - 14, y + 2)], steps=6)], "#fbf6ee")
        c.disc(x, y - 0.5, 6.2, "#33231c")
        c.disc(x - 2, y - 2.6, 1.6, "#ffffff")
        c.line(lid, "#2b1d18" if look.woman else look.line, 3.4 if look.woman else 2.6)
        if look.woman:
            c.line([(x + side * 13, y + 1), (x + side * 18, y - 4)], "#2b1d18", 2.6)
    nose = _on_face(look, trace("0.06,0.02 0.16,0.34 0.13,0.42 -0.04,0.43"))
    c.line(smooth(nose), clear(look.line, 0.55), 3)
    _mouth(c, look)


def _mouth(c: Canvas, look: Look) -> None:
    wide, lift = 0.27 + look.mouth * 0.06, 0.01 + look.mouth * 0.035
    line = smooth(_on_face(look, [(-wide, 0.615 - lift), (-0.1, 0.635), (0.1, 0.635), (wide, 0.615 - lift)]))
    lips = mix(look.skin, "#a4443f", 0.55 if look.woman else 0.3)
    lower = smooth(_on_face(look, [(wide, 0.615 - lift), (0.12, 0.7), (-0.12, 0.7), (-wide, 0.615 - lift)]))
    bow = [(wide, 0.615 - lift), (0.09, 0.59), (0, 0.605), (-0.09, 0.59), (-wide, 0.615 - lift)]
    upper = smooth(_on_face(look, bow))
    c.poly([*line, *lower], lips)
    if look.woman:
        c.poly([*line, *upper], mix(lips, "#6f2a2c", 0.18))
    c.line(line, mix(look.line, "#5d2320", 0.4), 2.6)


def _beard(c: Canvas, look: Look) -> None:
    left, right = "-0.2,0.575 -0.36,0.6 -0.26,0.5 -0.04,0.47", "0.04,0.47 0.26,0.5 0.36,0.6 0.2,0.575"
    moustache = _curve(look, f"{left} {right} 0,0.56", closed=True)
    if look.beard == "stubble":
        c.poly(_jaw_mask(look, 0.3, 1), clear(look.hair, 0.2))
        c.poly(moustache, clear(look.hair, 0.26))
        return
    if look.beard in ("full", "trimmed"):
        top, grow = (0.02, 1.08) if look.beard == "full" else (0.36, 1.02)
        c.poly(_jaw_mask(look, top, grow), look.hair)
        _mouth(c, look)
    c.poly(moustache, mix(look.hair, "#ffffff", 0.07))


def _jaw_mask(look: Look, top: float, grow: float) -> list[Point]:
    """The part of the face that a beard covers, with the mouth left free."""
    outer = [(0.99, top), (0.93, 0.46), (look.jaw * 1.02, 0.83 * grow), (0.24, grow)]
    mouth = numbers("0.72,0.42 0.42,0.53 0.36,0.72 0,0.775 -0.36,0.72 -0.42,0.53 -0.72,0.42")
    inner = [(0.86, top), *mouth, (-0.86, top)]
    outer = [*((-a, b) for a, b in outer), *reversed(outer)]
    return [*smooth(_on_face(look, outer)), *smooth(_on_face(look, inner))]


def _headdress(c: Canvas, look: Look) -> None:
    draw = {"scarf": _scarf, "curly": _curls, "bald": _bald}
    draw.get(look.style, _parting if look.woman else _short_hair)(c, look)


def _short_hair(c: Canvas, look: Look) -> None:
    hairlines = {
        "short": "0.86,-0.3 0.74,-0.56 0.36,-0.66 -0.36,-0.66 -0.74,-0.56 -0.86,-0.3",
        "parted": "0.86,-0.28 0.8,-0.52 0.5,-0.5 0.0,-0.6 -0.52,-0.8 -0.76,-0.56 -0.86,-0.28",
        "receding": "0.88,-0.26 0.8,-0.6 0.5,-0.88 0.2,-0.78 -0.2,-0.78 -0.5,-0.88 -0.8,-0.6 -0.88,-0.26",
        "brushed": "0.86,-0.3 0.78,-0.6 0.4,-0.74 -0.4,-0.74 -0.78,-0.6 -0.86,-0.3",
    }
    volume = {"short": 1.09, "parted": 1.14, "receding": 1.06, "brushed": 1.22}[look.style]
    side, top = volume**0.5, volume
    crown = [(-0.4, -top), (0.05, -1.04 * top), (0.5, -0.98 * top)]
    left, right = (
        [(-1.03, 0), (-1.07, -0.4), (-0.84, -0.84 * side)],
        [(0.88, -0.8 * side), (1.07, -0.4), (1.03, 0)],
    )
    skull = [*left, *crown, *right]
    inner = [(0.94, 0.02), *numbers(hairlines[look.style]), (-0.94, 0.02)]
    c.poly([*smooth(_on_face(look, skull)), *smooth(_on_face(look, inner), steps=6)], look.hair)
    shine = [(-0.8, -0.62), (-0.5, -0.9 * volume**0.8), (0.1, -0.97 * volume**0.8)]
    c.limb(smooth(_on_face(look, shine)), clear("#ffffff", 0.07), 3, 10)


def _bald(c: Canvas, look: Look) -> None:
    for side in (-1, 1):
        patch = trace("1.04,0.06 1.1,-0.3 1.0,-0.58 0.9,-0.52 0.88,-0.2 0.93,0.06")
        c.poly(smooth(_on_face(look, [(side * a, b) for a, b in patch]), closed=True), look.hair)
    c.poly(_curve(look, "-0.5,-0.78 -0.2,-0.9 0.1,-0.88 -0.2,-0.8", closed=True), clear("#ffffff", 0.22))


def _curls(c: Canvas, look: Look) -> None:
    outer = "-1,0 -1.04,-0.45 -0.7,-0.98 0,-1.14 0.7,-0.98 1.04,-0.45 1,0"
    inner = "0.88,-0.3 0.7,-0.6 0,-0.7 -0.7,-0.6 -0.88,-0.3"
    c.poly(_curve(look, f"{outer} {inner}", closed=True), look.hair)
    for x, y in ring(240, 232 - look.height * 0.3, look.width * 0.98, look.height * 0.84, 176, 364, 18):
        c.disc(x + c.rng.uniform(-3, 3), y, c.rng.uniform(14, 21), look.hair)
    for i in range(7):
        x, y = _on_face(look, [(-0.6 + i * 0.2, -0.66 - 0.1 * (i % 2))])[0]
        c.disc(x, y, 15, look.hair)
        c.poly(ring(x, y - 9, 9, 5, 180, 360), clear("#ffffff", 0.08))


def _long_hair_behind(c: Canvas, look: Look) -> None:
    low = 0.98 if look.style == "bob" else 1.72
    if look.style == "bun":
        c.disc(240, 232 - look.height * 1.28, 44, look.hair)
    flow = "-1.1,-0.3 -0.8,-1 0,-1.24 0.8,-1 1.1,-0.3"
    if look.style == "bun":
        flow = "-1.03,-0.3 -0.75,-1 0,-1.24 0.75,-1 1.03,-0.3 0.9,0.3 -0.9,0.3"
    else:
        flow += f" 1.24,0.4 1.18,{low} 0.7,{low + 0.1} -0.7,{low + 0.1} -1.18,{low} -1.24,0.4"
    c.poly(_curve(look, flow, closed=True), mix(look.hair, "#000000", 0.16))


def _parting(c: Canvas, look: Look) -> None:
    """Hair that falls to both sides of a parting; earrings where the ears show."""
    left = trace("-0.18,-1.2 -0.8,-1.02 -1.1,-0.4 -1.12,0.25 -0.94,0.2 -0.88,-0.25 -0.6,-0.62 -0.18,-0.84")
    right = trace("-0.22,-1.2 0.5,-1.18 1,-0.8 1.12,-0.2 1.12,0.25 0.94,0.2 0.88,-0.2 0.6,-0.56 -0.2,-0.86")
    if look.style == "bun":
        left, right = ([(a, min(b, -0.1)) for a, b in side] for side in (left, right))
        for side in (-1, 1):
            x, y = _on_face(look, [(side * 1.0, 0.3)])[0]
            c.disc(x, y, 5, "#d9b463")
    for lock, tone in ((left, 0.06), (right, 0.0)):
        c.poly(smooth(_on_face(look, lock), closed=True, steps=6), mix(look.hair, "#ffffff", tone))
    c.limb(smooth(_on_face(look, [(0.1, -1.1), (0.62, -0.86), (0.96, -0.3)])), clear("#ffffff", 0.08), 9, 1)


def _scarf_behind(c: Canvas, look: Look) -> None:
    drape = trace("-1.16,0.1 -1.1,0.8 -1.5,1.6 -1.4,2.4 1.4,2.4 1.5,1.6 1.1,0.8 1.16,0.1 0,-1.1")
    c.poly(smooth(_on_face(look, drape), closed=True), mix(look.scarf, "#000000", 0.25))


def _scarf(c: Canvas, look: Look) -> None:
    """A headscarf: hood, inner band, a fold over the chest."""
    outer = "-1.2,0.3 -1.18,-0.4 -0.82,-1.04 0,-1.26 0.82,-1.04 1.18,-0.4 1.2,0.3 1.02,0.95 0,1.32 -1.02,0.95"
    brow = "-0.84,0.2 -0.82,-0.3 -0.5,-0.66 0,-0.76 0.5,-0.66 0.82,-0.3"
    chin = "0.84,0.2 0.66,0.7 0.3,0.96 0,1 -0.3,0.96 -0.66,0.7"
    hood, face = _curve(look, outer, closed=True), _curve(look, f"{brow} {chin}", closed=True)
    light, dark = mix(look.scarf, "#ffffff", 0.1), mix(look.scarf, "#1f1a18", 0.18)
    c.poly([*hood, hood[0], face[0], *reversed(face)], look.scarf)
    band = _curve(look, "-0.8,-0.26 -0.5,-0.64 0,-0.75 0.5,-0.64 0.8,-0.26")
    c.line(band, mix(look.scarf, "#1f1a18", 0.35), 7)
    shadow = _curve(look, "0.2,-1.24 0.94,-0.9 1.19,-0.2 1.16,0.5 0.9,1.06")
    c.poly([*shadow, *_curve(look, "0.8,0.6 0.98,0 0.9,-0.5 0.2,-1")], clear(dark, 0.55))
    chest = trace("-1.0,0.86 -0.4,1.18 0.3,1.16 0.98,0.8 1.34,1.5 1.1,2.1 0.2,2.5 -0.9,2.3 -1.36,1.6")
    c.poly(smooth(_on_face(look, chest), closed=True), (light, look.scarf))
    upper, lower = "-0.86,0.95 -0.3,1.34 0.5,1.46 1.1,1.3", "-1.1,1.25 -0.4,1.66 0.4,1.86 1.1,1.8"
    for fold in (upper, lower, "0.9,0.85 0.4,1.2 -0.2,1.26"):
        c.limb(_curve(look, fold), clear(dark, 0.75), 2, 7)
    c.limb(_curve(look, "-1.06,-0.2 -0.82,-0.8 -0.2,-1.12"), clear("#ffffff", 0.12), 12, 2)


def _glasses(c: Canvas, look: Look) -> None:
    frame = mix(look.hair, "#2a2624", 0.6)
    for side in (-1, 1):
        x, y = _on_face(look, [(side * 0.43, 0.05)])[0]
        if look.glasses == "round":
            c.disc(x, y, 27, "#ffffff26")
            c.line(ring(x, y, 27, 27), frame, 3.4)
        else:
            lens = blob("-30,-18 30,-18 27,18 -27,18", x, y)
            c.poly(lens, "#ffffff26")
            c.line([*lens, lens[0]], frame, 4.2 if look.glasses == "square" else 2)
            if look.glasses == "half":
                c.line(lens[:7], frame, 5)
        hinge, ear = (x + side * 28, y - 8), _on_face(look, [(side * 0.98, -0.03)])[0]
        c.line([hinge, ear], frame, 3.4)
    reach = look.width * 0.43 - 27
    c.line(smooth([(240 - reach, 233), (240, 226), (240 + reach, 233)]), frame, 3.6)
