"""Scenes of open country: hills, weather, fields and the road."""

from math import pi, sin

from pages.seed.drawing.canvas import (
    Canvas,
    Fill,
    Point,
    clear,
    hills,
    mix,
    numbers,
    ring,
    smooth,
    trace,
)
from pages.seed.drawing.motifs import (
    bare_tree,
    birds,
    cloud,
    crown,
    cypress,
    house,
    minaret,
    palm,
    pine,
    sun,
    tree,
)


def dawn(c: Canvas) -> None:
    """Ranges of hills before a sun just risen."""
    c.sky("#7f8fa3", "#d8b39a", "#f2b981", "#f8d9a4", down_to=520)
    sun(c, 760, 322, 44, "#fff6e0", "#ffd591", 500)
    cloud(c, 300, 150, 240, "#ffffff40")
    cloud(c, 1010, 205, 190, "#ffffff33")
    layers = ("#c3b8a0", "#99ab93", "#6d937b", "#4a775f", "#2f5a46", "#1b3b2f")
    for i, colour in enumerate(layers):
        base = 365 + i * 72
        misty = mix(colour, "#f3e3c2", 0.42 - 0.07 * i)
        c.poly(hills(c.rng, base, 70 + 6 * i, rough=1.2 + i * 0.4), (colour, misty))
        if i < 4:
            c.veil(base + 10, 130, "#f5e6c8", 0, 0.22, 0)
    for x, size in numbers("130,150 178,112 1060,128 1105,170 1150,120"):
        cypress(c, x, 810, size * 1.3, "#122a22", "#1f4033")
    birds(c, 470, 230, "#4b6a6a")


def mountain(c: Canvas) -> None:
    """Snowy summits over a wooded valley."""
    c.sky("#4f86ab", "#8db4c6", "#dbe6e2", down_to=560)
    for x, y, width in numbers("210,170,260 930,130,200 1080,250,280"):
        cloud(c, x, y, width, "#ffffff70")
    c.poly(hills(c.rng, 420, 90, rough=3), ("#9fb9c6", "#c3d2d4"))
    for x, top, half in numbers("1010,235,330 215,270,350 420,190,330 820,200,340 625,95,420"):
        _peak(c, x, top, half)
    c.veil(460, 200, "#dfe9e4", 0, 0.7)
    c.poly(hills(c.rng, 610, 60, rough=2), ("#6f9a7c", "#54826a"))
    c.poly(hills(c.rng, 690, 50, rough=1), ("#4d7d5e", "#35624b"))
    for i in range(34):
        x = -10 + i * 37 + c.rng.uniform(-14, 14)
        far = abs(x - 620) / 620
        pine(c, x, 772 + 30 * sin(i * 1.9), 70 + 110 * far**1.6 + c.rng.uniform(0, 26), "#1e4637", "#2b5a45")
    c.poly(hills(c.rng, 800, 22), "#1a3a2e")


def _peak(c: Canvas, x: float, top: float, half: float) -> None:
    """A snowy summit: a lit face, a shaded face and the spurs that run down between them."""
    depth = 660 - top

    def face(points, *colours):
        c.poly([(x + a * half, top + b * depth) for a, b in points], colours)

    def rugged(points):
        return [(a + c.rng.uniform(-0.02, 0.02), b) for a, b in points]

    left = rugged(trace("-1,1 -0.74,0.74 -0.6,0.66 -0.42,0.42 -0.3,0.33 -0.16,0.15 -0.07,0.09"))
    right = rugged(trace("0.08,0.07 0.15,0.17 0.3,0.29 0.4,0.43 0.63,0.63 0.78,0.79 1,1"))
    spine = rugged(trace("0.05,0.16 -0.02,0.27 0.1,0.42 0.02,0.6 0.14,0.78 0.06,1"))
    face([*left, (0, 0), *spine], "#fbfaf6", "#dfe6e6", "#a5bac0", "#8faaad")
    face([(0, 0), *right, *reversed(spine)], "#b9cad4", "#8ea9b8", "#66879a", "#6c8f97")
    for a, b in ((-0.16, 0.15), (-0.42, 0.42), (-0.05, 0.42)):
        spur = trace("0,0 0.05,0.13 0.01,0.24 0.1,0.5 -0.04,0.3 -0.02,0.16", a, b)
        face(spur, "#9fb5c2", "#7f9dab")
    for a, b in ((0.13, 0.22), (0.36, 0.46)):
        face([(a, b), (a + 0.06, b + 0.15), (a + 0.2, b + 0.4), (a + 0.02, b + 0.24)], "#dbe5e9", "#8aa6b2")


def snow(c: Canvas) -> None:
    """A village under snow, its windows lit."""
    c.sky("#8397a8", "#b7c2c9", "#e2e3e0", down_to=520)
    c.glow(880, 300, 420, "#fff3df", 0.6)
    c.poly(hills(c.rng, 390, 80, rough=2), ("#b6c3cc", "#dde3e4"))
    c.poly(hills(c.rng, 470, 60, rough=1), ("#c9d3d8", "#e9ecec"))
    for x, y, width in numbers("20,560,92 190,552,100 350,566,88 690,560,96 860,548,90 1010,560,104"):
        _snowed_house(c, x, y, width)
    c.poly(hills(c.rng, 566, 10), ("#e6eaeb", "#d5dde2"))
    minaret(c, 590, 600, 290, 26, "#8d8b88", "#a9a7a2")
    c.poly(ring(590, 312, 8, 7, 180, 360), "#ffffff")
    front = "-60,606,128 110,612,120 285,604,116 470,606,90 760,610,126 935,604,112 1100,612,130"
    for x, y, width in numbers(front):
        _snowed_house(c, x, y, width)
    c.poly(hills(c.rng, 606, 14), ("#f4f5f4", "#d5dde2"))
    pines = "30,668,150 110,684,120 215,660,104 420,650,84 770,652,90 905,672,128 1180,676,150"
    for x, y, size in numbers(pines):
        pine(c, x, y, size, "#4c6a66", "#dfe6e6")
    c.poly(hills(c.rng, 702, 20), ("#fbfbfa", "#c9d4db"))
    left = trace("470,830 520,756 500,706 566,656 604,604")
    right = trace("622,604 612,656 590,706 640,756 690,830")
    c.poly([*smooth(left), *smooth(right)], ("#e1e7ea", "#cfd9e0"))
    bare_tree(c, 1020, 800, 400, "#4f4a48")
    for _ in range(170):
        c.disc(c.rng.uniform(0, 1200), c.rng.uniform(0, 800), c.rng.uniform(1.2, 3.4), "#ffffffd0")


def _snowed_house(c: Canvas, x: float, y: float, width: float) -> None:
    wall = c.rng.choice(("#a08c7a", "#927f72", "#ab9a86", "#87796f"))
    house(c, x, y, width, width * 0.95, wall, "#f0c878")
    c.rect(x - 4, y - width * 1.12, width * 1.34, width * 0.17, "#f8f9f8", width * 0.08)
    for i in range(3):
        c.disc(x + width * 0.9 + i * 5, y - width * 1.3 - i * 16, 6 + i * 4, "#ffffff55")


def dust(c: Canvas) -> None:
    """Dust drifting over a plain, the sun a pale disc."""
    c.sky("#b58a56", "#d4ab72", "#e9cd9c", "#dcb985", down_to=640)
    c.glow(720, 240, 460, "#fff0cf", 0.75)
    c.disc(720, 240, 52, "#fbf0d8")
    for i in range(5):
        y = 130 + i * 95
        bank = smooth(trace("-60,30 200,-18 480,22 760,-26 1020,14 1260,-20", 0, y))
        c.poly([*bank, (1260, y + 70), (700, y + 96), (200, y + 58), (-60, y + 84)], "#c8995e2e")
    for i, colour in enumerate(("#d0a972", "#bd915b", "#a27847")):
        c.poly(hills(c.rng, 470 + i * 70, 56, 3), (colour, mix(colour, "#e6c594", 0.35)))
        c.veil(440 + i * 70, 150, "#e3c08c", 0, 0.3, 0)
    for x, size, tint in numbers("860,82,0.52 965,104,0.44 1085,92,0.5"):
        house(c, x, 668, size, size * 0.8, mix("#6b4a2c", "#d0a972", tint))
    for i in range(5):
        x, high = 70 + i * 165, 330 - i * 48
        _pole(c, x, 700 - i * 9, high, mix("#4b341f", "#c79d66", 0.1 + i * 0.16), 165)
    c.poly(hills(c.rng, 690, 30, 3), ("#84603a", "#5d4126"))
    for x, height, lean in ((505, 205, 0.34), (575, 150, 0.38)):
        palm(c, x, 725, height, "#4d3b22", "#43301d", lean)
    c.poly(hills(c.rng, 765, 22, 3), "#4a331d")
    for _ in range(26):
        x, y = c.rng.uniform(-50, 1150), c.rng.uniform(300, 780)
        c.limb(smooth([(x, y), (x + 90, y - 9), (x + 190, y + 2)], steps=5), "#f0d7ac38", 1, 4)


def _pole(c: Canvas, x: float, y: float, height: float, colour: str, gap: float) -> None:
    """A power pole; its wires run on towards the next one on the right."""
    c.limb([(x, y), (x, y - height)], colour, height * 0.035, height * 0.022)
    c.rect(x - height * 0.13, y - height * 0.9, height * 0.26, height * 0.022, colour)
    for side in (-1, 1):
        start = (x + side * height * 0.11, y - height * 0.92)
        end = (x + gap + side * height * 0.09, y - 9 - (height - 48) * 0.92)
        _wire(c, start, end, 22, clear(colour, 0.7), 1.4)


def fields(c: Canvas) -> None:
    """A tractor at the edge of long strips of field."""
    c.sky("#6ea2c4", "#b4d0da", "#f2ead0", "#f2ead0", down_to=420)
    sun(c, 250, 190, 40, "#fffbea", "#fff1c8", 360)
    cloud(c, 690, 140, 300, "#ffffff90")
    cloud(c, 1030, 210, 200, "#ffffff70")
    c.poly(hills(c.rng, 300, 50, 4, 1), ("#9fb8b4", "#bccbb4"))
    tops = ("#b7c08a", "#8fae6b", "#c9b673", "#7ea259", "#a98d5c")
    for i, top in enumerate(tops):
        low = mix(top, "#4f5a2c", 0.18)
        base = 335 + i * 38 + i * i * 9
        outline = hills(c.rng, base, 26 + i * 5, 2)
        c.poly(outline, (top, low))
        for j in range(1, 7 + i * 2):
            lift = j * (4 + i * 2.2)
            row = [(x, y + lift) for x, y in outline[1:-1]]
            c.line(row, clear(mix(low, "#2b2a16", 0.25), 0.35), 0.8 + i * 0.4)
        for _ in range(9 - i):
            x, y = outline[c.rng.randrange(26, 174)]
            leaf = mix("#476f47", "#9fb8a4", 0.36 - i * 0.08)
            crown(c, x, y - 4 - i * 2, 9 + i * 4, 8 + i * 3.4, leaf, mix(leaf, "#b7c88a", 0.35))
    house(c, 835, 388, 62, 46, "#d9c4a0")
    house(c, 915, 394, 46, 36, "#cfb48c")
    for x, size in ((802, 96), (782, 76), (1000, 88)):
        cypress(c, x, 398, size, "#3b6444", "#527d52", 0.2)
    _furrows(c)
    _tractor(c, 330, 640, 1.25)


def _furrows(c: Canvas) -> None:
    """The ploughed field in front, its furrows meeting far away on the right."""
    edge = smooth(trace("-60,640 250,655 620,690 950,716 1260,724"))
    c.poly([*edge, (1260, 900), (-60, 900)], ("#8a6b45", "#5f4529"))
    for i in range(15):
        x = -500 + i * 150
        c.poly([(x, 860), (x + 64, 860), (900 + i * 26, 708), (892 + i * 26, 708)], "#4a341f55")


def _tractor(c: Canvas, x: float, y: float, size: float) -> None:
    def part(points, fill):
        c.poly([(x + a * size, y + b * size) for a, b in points], fill)

    c.oval(x + 10, y + 42 * size, 120 * size, 7 * size, "#00000044")
    part(trace("-62,-82 10,-82 18,-24 -70,-24"), "#3f5b52")
    part(trace("-54,-74 4,-74 9,-34 -60,-34"), "#cfe0dc")
    part(trace("-70,-90 20,-90 18,-80 -68,-80"), "#a23a2e")
    part(trace("8,-38 92,-34 98,8 -30,8 -30,-26"), "#a23a2e")
    part(trace("8,-38 92,-34 93,-26 8,-28"), "#c25a46")
    part(trace("60,-74 67,-74 67,-34 60,-34"), "#2c2a28")
    for wx, wy, r in ((-40, 0, 42), (74, 16, 26)):
        c.disc(x + wx * size, y + wy * size, r * size, "#262423")
        c.disc(x + wx * size, y + wy * size, r * 0.56 * size, "#d2b36a")
        c.disc(x + wx * size, y + wy * size, r * 0.18 * size, "#6b5327")


def wheat(c: Canvas) -> None:
    """Ripe ears in front, the harvester far off."""
    c.sky("#7fa9be", "#c9d8cf", "#f8e6b8", "#fbe3a6", down_to=420)
    sun(c, 860, 255, 46, "#fffaf0", "#ffedb6", 470)
    c.poly(hills(c.rng, 372, 46, 4, 1), ("#b7b48c", "#d2c187"))
    c.wash(392, 420, "#e3c071", "#d3a54f", "#a87830")
    for i in range(26):
        y = 398 + i * i * 0.52
        wave = [(x, y + sin(x * 0.012 + i * 1.7) * (2 + i * 0.4)) for x in range(-40, 1260, 40)]
        c.line(wave, "#b9863655" if i % 2 else "#f4d98e66", 1.5 + i * 0.22)
    _combine(c, 300, 420)
    for row in range(4):
        for _ in range(46 - row * 9):
            x = c.rng.uniform(-40, 1240)
            _ear(c, x, 590 + row * 72 + c.rng.uniform(-24, 24), 0.4 + row * 0.24, row)


def _combine(c: Canvas, x: float, y: float) -> None:
    c.rect(x - 60, y - 54, 120, 42, "#4f7a58", 5)
    c.rect(x + 26, y - 84, 40, 42, "#3c5b4c", 4)
    c.rect(x + 32, y - 78, 28, 24, "#d9e6dc")
    c.poly(trace("60,-30 108,-4 108,8 60,0", x, y), "#b5462f")
    c.line([(x - 40, y - 56), (x - 110, y - 84)], "#4f7a58", 8)
    for wx, r in ((-34, 16), (38, 22)):
        c.disc(x + wx, y - 4, r, "#2d2a26")
        c.disc(x + wx, y - 4, r * 0.45, "#d9b45e")
    for i in range(6):
        c.disc(x - 130 - i * 26, y - 20 - i * 3, 15 + i * 3, "#f3dda030")


def _ear(c: Canvas, x: float, y: float, size: float, row: int) -> None:
    """One ear of wheat on its stalk, nodding a little."""
    colour = ("#c9983f", "#d6a84c", "#e3bb62", "#efcd7e")[row]
    shade = mix(colour, "#8a6020", 0.32)
    lean = c.rng.uniform(-16, 46) * size
    stalk = smooth([(x - lean, 840), (x - lean * 0.5, y + 60 * size), (x, y)], steps=6)
    c.limb(stalk, shade, 5 * size, 3 * size)
    for i in range(9):
        t = i / 8
        px, py = x + lean * t**1.3, y - 140 * size * t
        plump = size * (0.55 + 0.6 * sin(pi * (0.12 + 0.74 * t)))
        for side in (-1, 1):
            grain = [(0, 4), (side * 10, -4), (side * 15, -20), (side * 11, -34), (side * 3, -18)]
            beard = [(px + side * 10 * plump, py - 28 * plump), (px + side * 24 * plump, py - 74 * size)]
            c.limb(beard, colour, 1.8 * size, 0.7)
            shape = smooth([(px + a * plump, py + b * plump) for a, b in grain], closed=True, steps=3)
            c.poly(shape, colour if side < 0 else shade)
    c.poly(ring(x + lean, y - 150 * size, 5 * size, 15 * size), colour)


def orchard(c: Canvas) -> None:
    """Rows of fruit trees, a ladder and full baskets."""
    c.sky("#86b4cb", "#c9dedd", "#f5efdc", down_to=330)
    c.glow(900, 160, 380, "#fffaf0", 0.9)
    c.poly(hills(c.rng, 286, 60, 4, 1), ("#a5bfb9", "#c3d2bb"))
    c.poly(hills(c.rng, 316, 26, 4, 1), ("#7da180", "#97b385"))
    c.wash(322, 480, "#a9bf7c", "#84a95f", "#5b8545")
    for i in range(-14, 15):
        near, far = 600 + i * 250, 600 + i * 22
        c.poly([(far, 322), (far + 4, 322), (near + 80, 860), (near - 10, 860)], "#55803f38")
    for depth in (9, 7.2, 5.8, 4.6, 3.6, 2.7, 2.0):
        for column in range(-7, 8):
            x, y = 600 + (column + 0.5) * 520 / depth, 322 + 560 / depth
            if -200 < x < 1400:
                _fruit_tree(c, x, y, 560 / depth, 1 - 2 / depth)
    _basket(c, 560, 742, 1.2)
    _basket(c, 660, 764, 1.0)
    for side in (0, 44):
        c.line([(424 + side, 790), (392 + side * 0.55, 430)], "#8d6a45", 8)
    for i in range(8):
        t = i / 8
        c.line([(421 - 30 * t, 760 - 320 * t), (465 - 50 * t, 760 - 320 * t)], "#a27d54", 6)


def _fruit_tree(c: Canvas, x: float, y: float, height: float, far: float) -> None:
    dark, light = mix("#3f6a3c", "#9db98a", far * 0.6), mix("#6b9a4c", "#b7cc97", far * 0.6)
    tree(c, x, y, height, dark, light, mix("#5b4636", "#9a9a7c", far * 0.6))
    for _ in range(16):
        angle, reach = c.rng.uniform(0, 2 * pi), c.rng.uniform(0.05, 0.36)
        (px, py), _ = ring(x, y - height * 0.65, reach * height, reach * height * 0.86, angle * 57.3, 0, 1)
        c.disc(px, py, height * 0.022, mix("#c8553a", "#d9a58a", far * 0.6))


def _basket(c: Canvas, x: float, y: float, size: float) -> None:
    c.oval(x + 6, y + 2, 56 * size, 8 * size, "#00000033")
    for i in range(9):
        fruit = ("#c8553a", "#b8442f", "#d97a4e")[i % 3]
        c.disc(x + (i - 4) * 10.5 * size, y - (52 + i % 3 * 7) * size, 10 * size, fruit)
    c.poly(trace("-52,-48 52,-48 40,0 -40,0", x, y, size), ("#b98d55", "#8a6337"))
    for i in range(1, 4):
        c.rect(x - 50 * size, y - (48 - i * 12) * size, 100 * size, 2, "#7a552e66")


def road(c: Canvas) -> None:
    """A road that winds through open country towards the hills."""
    c.sky("#5d93bb", "#a9cad6", "#f0e6d0", down_to=400)
    cloud(c, 260, 150, 280, "#ffffff90")
    cloud(c, 860, 110, 220, "#ffffff80")
    cloud(c, 1060, 230, 180, "#ffffff66")
    c.poly(hills(c.rng, 335, 110, 5, 2), ("#8fa6b0", "#c0c3b2"))
    c.poly(hills(c.rng, 378, 44, 4, 1), ("#a59c7c", "#bfb088"))
    c.wash(400, 410, "#cdbb87", "#bfa56c", "#9c8049")
    bends = trace("676,400 640,406 560,416 640,434 770,462 700,510 520,590 560,700 640,860")
    middle = smooth(bends, steps=24)
    for _ in range(80):
        depth = c.rng.random() ** 1.6
        x, y = 620 + c.rng.choice((-1, 1)) * c.rng.uniform(200, 900) * (0.4 + depth), 408 + 380 * depth
        crown(c, x, y, 5 + 18 * depth, 3 + 9 * depth, "#7f854f", "#a3a768")
    _ribbon(c, middle, -0.58, 0.58, ("#dccfab", "#d3c298"))
    _ribbon(c, middle, -0.5, 0.5, ("#8d8f90", "#5f6366", "#4a4e52"))
    for side in (-0.465, 0.445):
        _ribbon(c, middle, side, side + 0.02, "#e8e4d8")
    for i in range(30, len(middle) - 4, 9):
        _ribbon(c, middle[i : i + 5], -0.014, 0.014, "#f1ede2")
    spots = [(700 + 1.15 * d, 402 + 0.86 * d, 22 + 0.95 * d) for d in (8, 22, 48, 92, 165, 290, 480)]
    for (x, y, height), nearer in zip(spots, [*spots[1:], (1500, 1100, 1000)], strict=True):
        _road_pole(c, x, y, height, nearer)
    _truck(c, 488, 596, 0.6)


def _ribbon(c: Canvas, middle: list[Point], left: float, right: float, fill: Fill) -> None:
    """A strip along the road; its edges in shares of the road's width, which grows with nearness."""
    edges = [[(x + (y - 397) * 0.94 * share, y) for x, y in middle] for share in (left, right)]
    c.poly([*edges[0], *reversed(edges[1])], fill)


def _road_pole(c: Canvas, x: float, y: float, height: float, nearer: tuple[float, float, float]) -> None:
    c.limb([(x, y), (x, y - height)], "#5b4a38", height * 0.05, height * 0.035)
    c.rect(x - height * 0.16, y - height * 0.93, height * 0.32, height * 0.03, "#5b4a38")
    for side in (-0.13, 0.13):
        start = (x + side * height, y - height * 0.93)
        end = (nearer[0] + side * nearer[2], nearer[1] - nearer[2] * 0.93)
        _wire(c, start, end, height * 0.12, "#4b4038b0", max(0.8, height * 0.006))


def _wire(c: Canvas, start: Point, end: Point, sag: float, colour: str, width: float) -> None:
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + sag)
    c.line(smooth([start, middle, end]), colour, width)


def _truck(c: Canvas, x: float, y: float, size: float) -> None:
    """A lorry that comes towards us."""

    def box(left, top, width, height, fill, radius):
        c.rect(x + left * size, y + top * size, width * size, height * size, fill, radius * size)

    c.oval(x + 4 * size, y + 4 * size, 82 * size, 9 * size, "#00000055")
    box(-66, -150, 132, 120, ("#eef0ec", "#d3d8d2"), 6)
    box(-60, -104, 120, 84, ("#3f7d68", "#2d5f4f"), 10)
    box(-50, -96, 100, 38, ("#c9dbe0", "#8fb0ba"), 6)
    box(-42, -44, 84, 12, "#22443a", 4)
    for side in (-1, 1):
        box(side * 48 - 12, -18, 24, 22, "#262626", 4)
        c.disc(x + side * 46 * size, y - 36 * size, 8 * size, "#fbeec4")
    box(-64, -22, 128, 10, "#d9dbd6", 3)
