"""Things that stand in more than one scene: sun, cloud, tree, house, flag, person."""

from math import cos, pi, radians, sin

from pages.seed.drawing.canvas import (
    Canvas,
    Fill,
    blob,
    clear,
    mix,
    numbers,
    ring,
    smooth,
    spin,
    trace,
)

SKIN = ("#c99a78", "#b98563", "#d8ac8c", "#a97452", "#e0b898")
HAIR = ("#2b2320", "#3a2c25", "#1f1c1d", "#54402f", "#6b675f")
COATS = ("#34474f", "#5b4a44", "#3f5a4c", "#7a5a48", "#4a4f66", "#6d6a5c", "#7d4540")
SCARVES = ("#c9b8a0", "#7f9a8d", "#a0705f", "#5d6f86", "#d6cfc0", "#8b7690")


def sun(c: Canvas, x: float, y: float, radius: float, disc: str, light: str, reach: float = 420) -> None:
    """A disc in its own light."""
    c.glow(x, y, reach, light, 0.85)
    c.disc(x, y, radius, disc)


def cloud(c: Canvas, x: float, y: float, width: float, colour: str) -> None:
    """A flat-bottomed cloud, ``x`` and ``y`` at the middle of its base."""
    puffs = [(c.rng.uniform(-0.06, 0.06) + at, r) for at, r in numbers("-0.24,0.09 -0.05,0.16 0.18,0.11")]
    top = []
    for i in range(81):
        place = i / 80 - 0.5
        base = 0.045 * (max(0, 1 - (abs(place) * 2) ** 6)) ** 0.5
        lifts = (0.03 + (r**2 - (place - at) ** 2) ** 0.5 for at, r in puffs if abs(place - at) < r)
        top.append((x + place * width, y - max(base, *lifts, 0) * width))
    c.poly([*top, *ring(x, y, width / 2, width * 0.03, 0, 180, 20)], colour)


def birds(c: Canvas, x: float, y: float, colour: str, count: int = 5, span: float = 12) -> None:
    """A loose flock, far off."""
    for i in range(count):
        bx = x + (i - count / 2) * span * 2.6 + c.rng.uniform(-8, 8)
        by = y + abs(i - 2) * 9 + c.rng.uniform(-6, 6)
        wing = smooth([(bx - span, by - span * 0.35), (bx - span * 0.4, by - span * 0.5), (bx, by)], steps=4)
        c.line(wing, colour, 1.6)
        c.line([(2 * bx - px, py) for px, py in wing], colour, 1.6)


def ripples(
    c: Canvas,
    top: float,
    bottom: float,
    colour: str,
    count: int,
    x: float = 600,
    spread: float = 700,
) -> None:
    """Streaks of light on water: small and close far off, long and loose near by."""
    for _ in range(count):
        depth = c.rng.random() ** 1.4
        px = x + c.rng.gauss(0, spread * (0.45 + 0.55 * depth))
        long = (14 + 80 * depth) * c.rng.uniform(0.5, 1.3)
        c.oval(px, top + (bottom - top) * depth, long, 0.7 + 2.1 * depth, colour)


def crown(c: Canvas, x: float, y: float, rx: float, ry: float, colour: str, light: str) -> None:
    """A leafy crown of overlapping lumps, lit from the upper left."""
    lumps = [(x + cos(a) * rx * 0.55, y + sin(a) * ry * 0.5) for a in (i * pi / 3.5 for i in range(7))]
    for px, py in [*lumps, (x, y)]:
        c.oval(px, py, rx * c.rng.uniform(0.42, 0.56), ry * c.rng.uniform(0.42, 0.58), colour)
    for px, py in lumps[3:6]:
        c.oval(px - rx * 0.02, py - ry * 0.08, rx * 0.36, ry * 0.34, clear(light, 0.75))
    c.oval(x - rx * 0.12, y - ry * 0.14, rx * 0.42, ry * 0.4, clear(light, 0.6))


def tree(
    c: Canvas,
    x: float,
    y: float,
    height: float,
    colour: str,
    light: str,
    bark: str = "#5b4636",
) -> None:
    """A round tree with its shadow, ``y`` at the foot of the trunk."""
    c.oval(x + height * 0.14, y, height * 0.4, height * 0.05, "#00000026")
    lean = c.rng.uniform(-0.05, 0.05) * height
    trunk = smooth([(x, y), (x + lean * 0.3, y - height * 0.25), (x + lean, y - height * 0.5)], steps=5)
    c.limb(trunk, bark, height * 0.1, height * 0.05)
    branch = [(x + lean * 0.3, y - height * 0.25), (x + height * 0.14, y - height * 0.5)]
    c.limb(branch, bark, height * 0.05, height * 0.02)
    crown(c, x + lean, y - height * 0.66, height * 0.42, height * 0.36, colour, light)


def cypress(
    c: Canvas,
    x: float,
    y: float,
    height: float,
    colour: str,
    light: str,
    width: float = 0.17,
) -> None:
    """A narrow tree, lit from the left; with more width, a poplar."""
    half = height * width / 2
    edge = trace("0,0 0.7,-0.06 1,-0.3 0.8,-0.62 0.35,-0.88 0,-1", x, y, half, height)
    right = smooth(edge, steps=6)
    left = [(2 * x - px, py) for px, py in right]
    c.poly([*right, *reversed(left)], colour)
    c.poly([*left, (x - half * 0.15, y - height * 0.5)], light)


def palm(c: Canvas, x: float, y: float, height: float, colour: str, bark: str, lean: float = 0.08) -> None:
    """A date palm that leans to the right, or with a negative lean to the left."""
    top = (x + lean * height, y - height)
    trunk = smooth([(x, y), (x + lean * height * 0.3, y - height * 0.5), top])
    c.limb(trunk, bark, height * 0.06, height * 0.035)
    for i, angle in enumerate((-178, -155, -128, -100, -72, -48, -22, 2, 20, 160)):
        reach = height * (0.42 if i < 8 else 0.3)
        across, down = cos(radians(angle)) * reach, sin(radians(angle)) * reach * 0.75 + height * 0.14
        tip = (top[0] + across, top[1] + down)
        bend = ((top[0] + tip[0]) / 2, (top[1] + tip[1]) / 2 - height * 0.1)
        frond = smooth([top, bend, tip], steps=7)
        c.limb(frond, mix(colour, "#ffffff", 0.08 * (i % 3)), height * 0.055, 0.5)


def pine(c: Canvas, x: float, y: float, height: float, colour: str, light: str) -> None:
    """A fir in four tiers, its left side lit."""
    c.rect(x - height * 0.03, y - height * 0.16, height * 0.06, height * 0.16, "#4a3b30")
    for i in range(4):
        top, low = y - height * (1 - i * 0.17), y - height * (0.62 - i * 0.17)
        half = height * (0.12 + 0.055 * i)
        c.poly([(x, top), (x + half, low), (x - half, low)], colour)
        c.poly([(x, top), (x, low), (x - half, low)], light)


def bare_tree(
    c: Canvas,
    x: float,
    y: float,
    height: float,
    colour: str,
    angle: float = -90,
    depth: int = 5,
) -> None:
    """A winter tree, branch by branch."""
    long = height * (0.36 if depth == 5 else 0.5)
    tip = (x + cos(radians(angle)) * long, y + sin(radians(angle)) * long)
    c.limb([(x, y), tip], colour, height * (0.06 if depth == 5 else 0.09), height * 0.04)
    if depth:
        for turn in (-28, 24) if depth % 2 else (-34, 6, 30):
            bare_tree(c, *tip, long * 1.35, colour, angle + turn + c.rng.uniform(-9, 9), depth - 1)


def house(c: Canvas, x: float, y: float, width: float, height: float, wall: str, lit: str = "") -> None:
    """A flat-roofed house, ``x`` and ``y`` at the left of its foot; the right side in shade."""
    c.poly(trace("1,0 1,-1 1.3,-0.94 1.3,0", x, y, width, height), mix(wall, "#2a2420", 0.28))
    c.rect(x, y - height, width, height, wall)
    c.rect(x - 1, y - height - height * 0.05, width + 2, height * 0.07, mix(wall, "#ffffff", 0.25))
    hole = lit or mix(wall, "#1f1a18", 0.6)
    for share in (0.16, 0.64):
        c.rect(x + width * share, y - height * 0.74, width * 0.17, height * 0.25, hole)
    c.rect(x + width * 0.4, y - height * 0.46, width * 0.2, height * 0.46, mix(wall, "#1f1a18", 0.5))


def dome(c: Canvas, x: float, y: float, radius: float, fill: Fill, light: str) -> None:
    """A dome on a drum with a finial; ``y`` is its base."""
    c.rect(x - radius * 0.92, y - radius * 0.3, radius * 1.84, radius * 0.3, fill)
    left = smooth(trace("-1,-0.28 -0.98,-0.6 -0.7,-1.05 -0.28,-1.32 0,-1.45", x, y, radius), steps=6)
    c.poly([*left, *((2 * x - px, py) for px, py in reversed(left))], fill)
    c.poly([*left, (x - radius * 0.3, y - radius * 0.8), (x - radius * 0.45, y - radius * 0.28)], light)
    c.line([(x, y - radius * 1.42), (x, y - radius * 1.75)], light, radius * 0.06)
    c.disc(x, y - radius * 1.62, radius * 0.07, light)


def minaret(c: Canvas, x: float, y: float, height: float, width: float, fill: str, light: str) -> None:
    """A tower with a gallery and a pointed cap, ``y`` at its foot."""
    half, gallery = width / 2, y - height * 0.68
    c.rect(x - half, gallery, width, y - gallery, fill)
    c.rect(x - half, gallery, half * 0.7, y - gallery, light)
    c.rect(x - width * 0.75, gallery - width * 0.18, width * 1.5, width * 0.3, light)
    c.rect(x - half * 0.66, y - height * 0.84, width * 0.66, height * 0.17, fill)
    c.rect(x - width * 0.5, y - height * 0.845, width, width * 0.18, light)
    c.poly(trace("-0.62,-0.84 0,-1 0.62,-0.84", x, y, half, height), fill)
    c.rect(x - width * 0.1, y - height * 0.55, width * 0.2, width * 0.5, mix(fill, "#1f1a18", 0.5))


def window(c: Canvas, x: float, y: float, width: float, height: float) -> None:
    """A tall window on the town and its hills."""
    c.rect(x - 10, y - 10, width + 20, height + 20, "#eef0e8")
    c.rect(x, y, width, height, ("#9cc0cc", "#dfe6d8", "#f3e6c9"))
    outline = [(x + width * i / 20, y + height * 0.62 - 16 * sin(i / 3 + x)) for i in range(21)]
    c.poly([(x, y + height), *outline, (x + width, y + height)], ("#9fb5a9", "#b9c4a8"))
    left = x
    while left < x + width - 8:
        wide = min(c.rng.uniform(22, 44), x + width - left)
        high = c.rng.uniform(40, 92)
        c.rect(left, y + height - high, wide, high, c.rng.choice(("#c4b08c", "#b8a47f", "#cdbb98")))
        left += wide
    if x == 700:
        minaret(c, x + 70, y + height, 180, 16, "#b39d78", "#d3c19c")
    for share in (1 / 3, 2 / 3):
        c.rect(x + width * share - 3, y, 6, height, "#eef0e8")
    c.rect(x, y + height * 0.3, width, 5, "#eef0e8")


def star(c: Canvas, x: float, y: float, radius: float, fill: str) -> None:
    """A star of five points, one of them up."""
    points = [(x, y - (radius if i % 2 == 0 else radius * 0.39)) for i in range(10)]
    c.poly([spin([point], (x, y), 36 * i)[0] for i, point in enumerate(points)], fill)


def flag(c: Canvas, x: float, y: float, width: float) -> None:
    """The green, white and black flag with three stars, hung flat."""
    height = width / 2 * 1.2
    for i, colour in enumerate(("#1f6b46", "#f1efe8", "#1d2220")):
        c.rect(x, y + height * i / 3, width, height / 3, colour)
    for i in (-1, 0, 1):
        star(c, x + width / 2 + i * width * 0.25, y + height / 2, height * 0.12, "#b5122b")


def draped_flag(c: Canvas, x: float, y: float, height: float, side: int = 1) -> None:
    """The flag at rest on its pole, falling to the right or (``side`` -1) to the left; ``y`` is the floor."""

    def at(dx, dy):
        return x + side * dx * height, y - dy * height

    c.rect(x - height * 0.07, y - height * 0.025, height * 0.14, height * 0.025, "#8a6d3a", 3)
    c.line([(x, y - 4), (x, y - height)], "#b0925a", height * 0.014)
    c.disc(x, y - height, height * 0.016, "#d3b878")
    for colour, reach, low in (("#1f6b46", 0.2, 0.23), ("#f1efe8", 0.118, 0.26), ("#1d2220", 0.052, 0.3)):
        edge = smooth([at(reach * 0.2, 0.975), at(reach * 0.75, 0.62), at(reach, low)])
        c.poly([at(0, 0.98), *edge, at(reach * 0.55, low - 0.018), at(0, low + 0.02)], colour)
    for reach in (0.03, 0.085, 0.14, 0.175):
        fold = smooth([at(reach * 0.2, 0.95), at(reach * 0.72, 0.6), at(reach, 0.25)])
        c.limb(fold, "#0000002c", 1, height * 0.012)
    for reach, lift in ((0.079, 0.4), (0.07, 0.52), (0.06, 0.64)):
        star(c, *at(reach, lift), height * 0.014, "#b5122b")


def person(
    c: Canvas, x: float, y: float, height: float, coat: str, legs: str, skin: str, hair: str, scarf: str = ""
) -> None:
    """A standing figure without a face, ``y`` at the feet."""
    u = height / 100
    c.oval(x + 4 * u, y, 17 * u, 2.6 * u, "#00000030")
    if scarf:
        c.poly(trace("-9,-52 9,-52 15,-3 -15,-3", x, y, u), coat)
    else:
        for side in (-1, 1):
            foot = x + side * 8 * u
            c.limb([(x + side * 4.2 * u, y - 48 * u), (foot, y - 1.5 * u)], legs, 9.5 * u, 6.5 * u)
            c.oval(foot + 1.5 * u, y - 1.5 * u, 5.5 * u, 2 * u, mix(legs, "#000000", 0.4))
    for side in (-1, 1):
        arm = trace("10.5,-79 14,-62 13,-47", x, y, side * u, u)
        c.limb(smooth(arm, steps=4), mix(coat, "#000000", 0.12), 6.6 * u, 5 * u)
        c.disc(x + side * 13 * u, y - 46 * u, 2.8 * u, skin)
    c.poly(blob("-4,-86 4,-86 11.5,-81 12,-66 10,-45 -10,-45 -12,-66 -11.5,-81", x, y, u), coat)
    head(c, x, y - 91 * u, 7 * u, skin, hair, scarf)


def head(
    c: Canvas, x: float, y: float, radius: float, skin: str, hair: str, scarf: str = "", behind: bool = False
) -> None:
    """A head seen from the front, or from behind, with its neck."""
    if scarf:
        c.oval(x, y + radius * 0.1, radius * 1.12, radius * 1.3, scarf)
        c.poly(trace("-1,0.3 1,0.3 1.35,1.9 -1.35,1.9", x, y, radius), scarf)
        if not behind:
            c.oval(x, y + radius * 0.15, radius * 0.72, radius * 0.88, skin)
        return
    c.rect(x - radius * 0.42, y + radius * 0.4, radius * 0.84, radius * 1.2, mix(skin, "#5a3a2a", 0.2))
    c.oval(x, y, radius * 0.92, radius * 1.14, skin)
    if behind:
        c.oval(x, y - radius * 0.18, radius * 0.98, radius * 1.0, hair)
    else:
        crop = ring(x, y - radius * 0.2, radius * 0.98, radius * 1.02, 175, 365, 16)
        c.poly([*crop, *trace("0.5,-0.5 -0.6,-0.42", x, y, radius)], hair)


def bust(
    c: Canvas,
    x: float,
    y: float,
    width: float,
    coat: str,
    skin: str,
    hair: str,
    scarf: str = "",
    behind: bool = True,
) -> None:
    """Head and shoulders of someone seated; ``y`` is where the desk or the chair cuts the body."""
    half = width / 2
    body = trace("-1,0 -0.96,-0.5 -0.62,-0.82 -0.2,-0.95 0.2,-0.95 0.62,-0.82 0.96,-0.5 1,0", x, y, half)
    c.poly([body[0], *smooth(body, steps=5), body[-1]], coat)
    if not behind and not scarf:
        c.poly(trace("-0.22,-0.96 0.22,-0.96 0,-0.42", x, y, half), "#e9e6df")
    head(c, x, y - half * 1.42, half * 0.5, skin, hair, scarf, behind)


def crowd_member(c: Canvas, x: float, y: float, width: float, behind: bool = True) -> None:
    """A bust with chance colours."""
    pick = c.rng.choice
    scarf = pick(SCARVES) if c.rng.random() < 0.3 else ""
    bust(c, x, y, width, pick(COATS), pick(SKIN), pick(HAIR), scarf, behind)


def passer_by(c: Canvas, x: float, y: float, height: float) -> None:
    """A standing figure with chance colours."""
    pick = c.rng.choice
    scarf = pick(SCARVES) if c.rng.random() < 0.4 else ""
    coat, legs = pick(COATS), pick(("#2f3436", "#4b4640", "#3a3f4d"))
    person(c, x, y, height, coat, legs, pick(SKIN), pick(HAIR), scarf)
