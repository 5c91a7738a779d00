"""Scenes at the water: coast, lake, river, bridge, harbour and well."""

from math import cos, pi

from pages.seed.drawing.canvas import (
    Canvas,
    arch,
    clear,
    hills,
    mix,
    numbers,
    ring,
    smooth,
    trace,
)
from pages.seed.drawing.motifs import (
    birds,
    cloud,
    crown,
    cypress,
    dome,
    house,
    minaret,
    palm,
    passer_by,
    person,
    ripples,
    sun,
    tree,
)


def coast(c: Canvas) -> None:
    """A sandy shore, a headland and sails at sunset."""
    c.sky("#4d7d99", "#9db6b4", "#f0c9a0", "#f7dcb5", down_to=400)
    sun(c, 440, 330, 42, "#fff4dc", "#ffd9a0", 470)
    cloud(c, 880, 170, 300, "#ffffff3d")
    cloud(c, 190, 110, 220, "#ffffff33")
    c.wash(398, 330, "#7fa3a6", "#4c8590", "#2f6c7c")
    ripples(c, 404, 640, "#ffe9c4a0", 60, 440, 90)
    ripples(c, 404, 640, "#ffffff26", 90)
    for dx, colour in ((0, "#8f8f86"), (150, "#6c776c"), (300, "#4f6154")):
        cliff = trace("760,402 790,350 850,322 930,318 1030,286", dx, -dx * 0.17)
        outline = [*smooth([*cliff, (1400, 250)]), (1400, 500), (860 + dx, 402 + dx * 0.3), (760 + dx, 402)]
        c.poly(outline, (mix(colour, "#f0cfa4", 0.2), colour))
    _sailboat(c, 250, 440, 92)
    _sailboat(c, 590, 412, 40)
    shore = smooth(trace("-50,660 180,690 420,668 640,610 860,560 1030,500 1260,440"))
    for lift, colour in ((0, "#f5efe2"), (14, "#8fb2ad"), (24, "#f7f2e6"), (38, "#d8bf97"), (64, "#e4cfa9")):
        band = [*((x, y + lift) for x, y in shore), (1260, 900), (-50, 900)]
        c.poly(band, colour if lift < 60 else (colour, "#c9a97c"))
    for _ in range(70):
        c.oval(c.rng.uniform(0, 1200), c.rng.uniform(740, 800), c.rng.uniform(2, 7), 1.6, "#a8875e55")
    for x, height in ((1010, 330), (1110, 400)):
        palm(c, x, 830, height, "#2f5244", "#5b4532", -0.12)
    birds(c, 640, 210, "#48606a", 4)


def _sailboat(c: Canvas, x: float, y: float, size: float) -> None:
    c.poly([*smooth(trace("0,-1 0.34,-0.4 0.4,-0.1", x, y, size)), (x, y - size * 0.1)], "#fbf4e6")
    c.poly(trace("-0.05,-0.9 -0.34,-0.1 -0.05,-0.1", x, y, size), "#e9d6b8")
    c.poly(trace("-0.45,-0.06 0.5,-0.06 0.36,0.08 -0.34,0.08", x, y, size), "#5a4033")
    c.oval(x, y + size * 0.16, size * 0.42, size * 0.03, "#2b4a5555")


def lake(c: Canvas) -> None:
    """Hills mirrored in still water, a rower, reeds."""
    c.sky("#6fa0b4", "#b5cfd0", "#eceadb", down_to=420)
    cloud(c, 270, 140, 280, "#ffffff80")
    cloud(c, 830, 190, 210, "#ffffff66")
    c.poly(hills(c.rng, 300, 120, 5, 2), ("#9db8bf", "#c2d2cd"))
    c.poly(hills(c.rng, 352, 80, 4, 2), ("#7ba091", "#9dbba5"))
    c.poly(hills(c.rng, 404, 40, 4, 1), ("#4f7f68", "#6f9a7c"))
    for _ in range(26):
        x = c.rng.choice((c.rng.uniform(-10, 330), c.rng.uniform(820, 1210)))
        cypress(c, x, 428, c.rng.uniform(34, 78), "#33614e", "#427560", 0.26)
    c.rect(-200, 418, 1600, 6, "#c9c6a8")
    c.mirror(422, 400, "#4c8296", 0.36)
    c.veil(422, 380, "#28576b", 0, 0.62)
    ripples(c, 432, 800, "#ffffff38", 110)
    _rowing_boat(c, 690, 590)
    for x0, count, tall in ((40, 26, 210), (1010, 30, 260)):
        _reeds(c, x0, count, tall)


def _rowing_boat(c: Canvas, x: float, y: float) -> None:
    c.oval(x, y + 26, 120, 10, "#17384866")
    hull = smooth(trace("-120,-14 -60,22 60,24 125,-18", x, y))
    c.poly([*hull, (x + 112, y - 16), (x - 108, y - 12)], ("#8a5c3e", "#5a3927"))
    c.line([(x - 118, y - 14), (x + 122, y - 17)], "#b98a5e", 5)
    for side in (-1, 1):
        c.line([(x + side * 20, y - 24), (x + side * 150, y + 28)], "#6b4a35", 4)
    c.limb([(x, y - 8), (x, y - 52)], "#3a5568", 34, 26)
    c.disc(x, y - 70, 13, "#b98563")
    c.poly(ring(x, y - 74, 22, 5), "#d6c08e")
    c.poly(ring(x, y - 76, 12, 11, 180, 360), "#d6c08e")


def _reeds(c: Canvas, x0: float, count: int, tall: float) -> None:
    for i in range(count):
        x, high = x0 + i * 6 + c.rng.uniform(-9, 9), tall * c.rng.uniform(0.5, 1)
        bend = c.rng.uniform(-26, 34)
        colour = c.rng.choice(("#2f5d48", "#24503f", "#3f6d50"))
        blade = smooth(trace("0,0 0.3,-0.6 1,-1", x, 810, bend, high), steps=5)
        c.limb(blade, colour, 7, 1.2)
        if i % 4 == 0:
            c.limb([(x + bend, 812 - high), (x + bend * 1.12, 772 - high)], "#7a5738", 8, 7)


def river(c: Canvas) -> None:
    """A river that bends through plots of green, a water wheel on its bank."""
    c.sky("#77a9c1", "#c0d8da", "#f3e7cd", down_to=330)
    c.glow(330, 230, 380, "#fff1cf", 0.8)
    cloud(c, 760, 120, 260, "#ffffff80")
    c.poly(hills(c.rng, 268, 60, 4, 1), ("#a7bfb8", "#c7d3bd"))
    c.poly(hills(c.rng, 305, 34, 4, 1), ("#86a98c", "#a3bd92"))
    c.wash(318, 490, "#a9bd84", "#86a866", "#5f8a50")
    _plots(c)
    left = smooth(trace("545,320 500,340 610,378 700,420 560,480 330,560 290,660 440,830"))
    right = smooth(trace("556,320 530,340 665,374 800,424 740,480 590,545 660,612 940,668 800,830"))
    c.poly([*((x - 9, y + 3) for x, y in left), *((x + 9, y + 3) for x, y in reversed(right))], "#d9cc9c")
    c.poly([*left, *reversed(right)], ("#d8e4dd", "#7fb0b9", "#3f8195"))
    for _ in range(46):
        t = c.rng.randrange(12, len(left) - 3)
        (x0, y), (x1, _) = left[t], right[t]
        share = c.rng.uniform(0.15, 0.85)
        c.oval(x0 + (x1 - x0) * share, y, (x1 - x0) * 0.09, 0.8 + (y - 320) * 0.004, "#ffffff55")
    poplars = "160,372,60 190,372,74 222,374,62 840,372,66 872,374,54 250,452,104 212,450,124 170,452,110"
    for x, y, size in numbers(poplars):
        cypress(c, x, y, size, "#3f6f4d", "#5d8c5c", 0.24)
    _noria(c, 745, 520, 140)
    for x, y, size in numbers("70,700,210 205,762,170 1010,770,150 1130,740,190"):
        tree(c, x, y, size, "#3f6b45", "#6a9656")


def _plots(c: Canvas) -> None:
    """Plots of the valley floor, foreshortened towards the horizon."""
    colours = ("#c9bf7c", "#9ab870", "#b5b86f", "#86aa5f", "#a8b56a", "#7fa45a")
    for row, (top, low) in enumerate(numbers("320,338 342,368 373,410 416,470 478,555 565,680")):
        for i in range(-6, 7):
            corners = ((i, top), (i + 0.96, top), (i + 0.96, low), (i, low))
            plot = [(600 + a * ((y - 318) * 2.3 + 60), y) for a, y in corners]
            c.poly(plot, clear(colours[(i * 5 + row * 2) % 6], 0.85))


def _noria(c: Canvas, x: float, y: float, radius: float) -> None:
    """A great wooden water wheel on the bank, with its stone aqueduct, as at Hama."""
    stone, dark = "#c4ae88", "#8b7658"
    c.rect(x + radius * 0.12, y - radius * 0.92, 900, radius * 1.9, (stone, "#a08a68"))
    for i in range(6):
        left = x + radius * (0.95 + i * 0.82)
        c.rect(left, y - radius * 0.1, radius * 0.5, radius * 1.1, dark)
        c.poly(ring(left + radius * 0.25, y - radius * 0.1, radius * 0.25, radius * 0.34, 180, 360), dark)
    c.rect(x + radius * 0.06, y - radius, 900, radius * 0.12, "#d8c5a0")
    wood = "#54392a"
    for share, width in ((1, 11), (0.84, 6), (0.5, 5)):
        c.line(ring(x, y, radius * share, radius * share, steps=48), wood, width)
    for i in range(20):
        ends = ring(x, y, radius * 1.07, radius * 1.07, i * 18, i * 18 + 180, 1)
        c.line(ends, wood, 3.4)
        c.disc(*ends[0], 6, "#6e4e34")
    c.disc(x, y, radius * 0.13, "#6e4e34")
    c.disc(x, y, radius * 0.06, "#3e2b1d")
    c.oval(x - radius * 0.1, y + radius * 1.03, radius * 0.7, radius * 0.06, "#dcebe866")


def bridge(c: Canvas) -> None:
    """An old bridge of stone arches, whole again in the water."""
    c.sky("#5f93ae", "#b3cdd0", "#f6dfba", "#fbe9cd", down_to=470)
    sun(c, 905, 250, 40, "#fff8e6", "#ffe7b4", 460)
    cloud(c, 330, 130, 300, "#ffffff66")
    c.poly(hills(c.rng, 380, 56, 4, 1), ("#a9bcb4", "#c9cdb4"))
    for x, width in ((40, 70), (130, 60), (1010, 66), (1100, 82)):
        house(c, x, 436, width, width * 0.8, "#d8c39c")
    minaret(c, 215, 436, 150, 15, "#c4ab80", "#e6d3a8")
    for i in range(46):
        x = -10 + i * 27 + c.rng.uniform(-10, 10)
        crown(c, x, 442 + c.rng.uniform(-6, 4), 24, 20, "#587f5c", "#86a677")
    c.rect(-300, 448, 1800, 20, "#cbb98c")
    _arches(c)
    for x in (150, 182, 480, 560, 730, 905, 1080):
        passer_by(c, x, _deck(x) + 7, 46)
    _parapet(c)
    c.mirror(466, 345, "#4f8592", 0.4)
    c.veil(466, 345, "#2b6070", 0, 0.62)
    ripples(c, 474, 800, "#ffeecb66", 70, 905, 110)
    ripples(c, 474, 800, "#ffffff2b", 120)
    c.poly(smooth(trace("-60,750 120,726 330,768 560,812 560,900 -60,900")), ("#5f7d52", "#3f5e3f"))
    for x, y, height in ((60, 830, 370), (150, 830, 270)):
        palm(c, x, y, height, "#2f5a42", "#54422f", 0.1)


def _deck(x: float) -> float:
    return 326 + ((x - 600) / 600) ** 2 * 40


def _arches(c: Canvas) -> None:
    spans = ((96, 84), (330, 100), (600, 116), (870, 100), (1104, 84))
    arcs = [ring(x, 474, half, 434 - _deck(x), 0, -180, 30) for x, half in spans]
    for arc in arcs:
        c.poly([*arc, *((x + 15, y + 3) for x, y in reversed(arc))], "#7d6445")
    top = [(x, _deck(x)) for x in range(-120, 1321, 20)]
    under = [point for arc in reversed(arcs) for point in arc]
    c.poly([*top, (1320, 476), *under, (-120, 476)], ("#e0caa0", "#cdb283", "#a98c60"))
    for arc in arcs:
        for start in range(0, 30, 2):
            c.line(arc[start : start + 2], "#f0dfba", 9)
            c.line(arc[start + 1 : start + 3], "#bfa274", 9)
    for left, right in zip(spans, spans[1:], strict=False):
        x = (left[0] + left[1] + right[0] - right[1]) / 2
        c.poly([(x - 20, 480), (x, 420), (x + 20, 480)], "#c4a878")
        c.poly([(x, 480), (x, 420), (x + 20, 480)], "#94784f")


def _parapet(c: Canvas) -> None:
    for lift, tone, height in ((0, "#cdb283", 14), (-3, "#f3e4c2", 5)):
        edge = [(x, _deck(x) + lift) for x in range(-120, 1321, 20)]
        c.poly([*edge, *((x, y + height) for x, y in reversed(edge))], tone)


def harbour(c: Canvas) -> None:
    """Fishing boats before a town on the slope."""
    c.sky("#6795ae", "#b9cfd0", "#f4e0c2", down_to=430)
    c.glow(300, 330, 440, "#fff0d0", 0.85)
    cloud(c, 420, 140, 280, "#ffffff70")
    cloud(c, 960, 100, 220, "#ffffff60")
    c.poly(hills(c.rng, 385, 60, 4, 1), ("#9db3b6", "#bfc9bd"))
    slope = smooth(trace("420,440 560,372 760,300 980,250 1300,226"))
    c.poly([*slope, (1500, 226), (1500, 450)], ("#a3b09a", "#bdb795"))
    _lighthouse(c, 150, 430)
    _waterfront(c)
    c.rect(440, 424, 1060, 30, ("#c9bda4", "#978a75"))
    hulls = ("#a5473a", "#3f6f86", "#f1ece0", "#2f5f52", "#b88a3e", "#3f6f86")
    for i, hull in enumerate(hulls):
        _fishing_boat(c, 520 + i * 129, 448, 0.42 + (i % 2) * 0.06, hull)
    c.mirror(464, 340, "#4d7f8f", 0.46)
    c.veil(464, 340, "#235566", 0, 0.65)
    ripples(c, 470, 800, "#fff0d355", 60, 300, 130)
    ripples(c, 470, 800, "#ffffff2b", 110)
    _fishing_boat(c, 215, 560, 0.85, "#3f6f86")
    _fishing_boat(c, 945, 580, 1, "#a5473a")
    _fishing_boat(c, 560, 664, 1.35, "#2f5f52")
    _quay(c)
    birds(c, 420, 230, "#56717c", 6, 11)


def _waterfront(c: Canvas) -> None:
    """The town that climbs from the far quay."""
    walls = ("#e9dcc2", "#dcc7a2", "#e3cdb0", "#d3b795", "#efe6d2", "#cfa98a")
    for row, (base, first, count) in enumerate(((352, 800, 7), (388, 640, 9), (428, 500, 11))):
        for i in range(count):
            width = c.rng.uniform(46, 60)
            x, y = first + i * 68 + c.rng.uniform(-8, 8), base - (2 - row) * 5 * i
            house(c, x, y, width, width * c.rng.uniform(0.8, 1.25), c.rng.choice(walls))
    minaret(c, 1010, 340, 190, 18, "#cdb48a", "#ecdcb8")
    dome(c, 955, 330, 34, ("#8fb0ab", "#6d938f"), "#b9cfc8")
    for x, size in ((760, 70), (880, 84), (1128, 90), (620, 54)):
        cypress(c, x, 400, size, "#54785a", "#739470", 0.26)


def _lighthouse(c: Canvas, x: float, y: float) -> None:
    c.poly(trace("-450,26 -450,-2 -60,-8 90,0 190,26", x, y), ("#a59b86", "#7d7566"))
    c.poly(trace("-22,-4 -14,-150 14,-150 22,-4", x, y), "#f3eee2")
    for i in (0, 2):
        t0, t1 = i / 4 + 0.12, i / 4 + 0.32
        corners = ((-1, t0), (1, t0), (1, t1), (-1, t1))
        c.poly([(x + side * (14 + 8 * t), y - 150 + 146 * t) for side, t in corners], "#a8483c")
    c.poly(trace("4,-150 14,-150 22,-4 7,-4", x, y), "#00000022")
    c.rect(x - 19, y - 156, 38, 7, "#3d4a4f")
    c.rect(x - 10, y - 178, 20, 22, "#ffe6a8")
    c.poly([(x - 14, y - 178), (x, y - 196), (x + 14, y - 178)], "#a8483c")


def _fishing_boat(c: Canvas, x: float, y: float, size: float, hull: str) -> None:
    def shape(points, fill):
        c.poly([(x + a * size, y + b * size) for a, b in points], fill)

    c.oval(x, y + 36 * size, 128 * size, 9 * size, "#12303c66")
    c.line([(x + 6 * size, y - 40 * size), (x + 6 * size, y - 150 * size)], "#6a5240", 4.5 * size)
    c.line([(x + 6 * size, y - 146 * size), (x + 116 * size, y - 26 * size)], "#6a524088", 1.6)
    c.line([(x + 6 * size, y - 146 * size), (x - 104 * size, y - 16 * size)], "#6a524088", 1.6)
    shape(trace("-62,-62 -8,-62 -4,-8 -66,-8"), ("#f4efe3", "#ddd5c4"))
    shape(trace("-68,-70 -2,-70 -4,-60 -66,-60"), hull)
    shape(trace("-54,-52 -36,-52 -36,-32 -56,-32"), "#54727e")
    shape(trace("-28,-52 -14,-52 -13,-32 -28,-32"), "#54727e")
    edge = smooth(trace("-118,-12 -20,-2 70,-12 136,-38", x, y, size))
    keel = smooth(trace("112,10 80,36 -90,36 -114,8", x, y, size))
    c.poly([*edge, *keel], (hull, mix(hull, "#10181c", 0.4)))
    c.line(edge, "#efe6d2", 4.5 * size)


def _quay(c: Canvas) -> None:
    c.poly(trace("-300,762 1500,742 1500,900 -300,900"), ("#a79b86", "#7b7060"))
    c.poly(trace("-300,752 1500,732 1500,746 -300,766"), "#c9bda4")
    for x in (140, 470, 1060):
        c.rect(x - 10, 728, 20, 26, "#3a3d3f", 4)
        c.oval(x, 728, 16, 6, "#4d5153")
    for i, (x, width) in enumerate(((760, 62), (826, 56), (790, 58))):
        c.rect(x, 706 - (50 if i == 2 else 0), width, 46, ("#8a6a48", "#7a5b3c", "#967450")[i], 2)
        for k in (1, 2):
            c.rect(x, 706 - (50 if i == 2 else 0) + k * 14, width, 3, "#5b432c")


def well(c: Canvas) -> None:
    """A village well below beehive houses of clay."""
    c.sky("#86aebc", "#d3dcc9", "#f6e4bd", down_to=470)
    sun(c, 215, 200, 42, "#fffaf0", "#fff0c4", 400)
    cloud(c, 800, 130, 270, "#ffffff70")
    c.poly(hills(c.rng, 420, 50, 4, 1), ("#b9b495", "#d3c49c"))
    c.wash(440, 380, "#d9c08e", "#c9a872", "#a98453")
    for x, y, width in numbers("430,480,120 300,500,140 545,500,106 940,480,120 1060,510,160 160,520,130"):
        _beehive(c, x, y, width, width * 1.22)
    tree(c, 1090, 660, 360, "#5c7a52", "#86a06c")
    person(c, 440, 640, 215, "#6d5a72", "#3a3f4d", "#b98563", "#2b2320", "#c9b8a0")
    for x, y, tint in ((365, 668, "#d0a63f"), (316, 680, "#3f6f86")):
        _jerrycan(c, x, y, tint)
    _wellhead(c, 660, 690)
    for _ in range(60):
        c.oval(c.rng.uniform(-10, 1210), c.rng.uniform(560, 800), c.rng.uniform(3, 10), 2, "#8d6d4244")


def _beehive(c: Canvas, x: float, y: float, width: float, height: float) -> None:
    shape = smooth(trace("-0.5,0 -0.47,-0.34 -0.26,-0.76 0,-1", x, y, width, height))
    mirrored = [(2 * x - px, py) for px, py in reversed(shape)]
    c.oval(x + width * 0.2, y, width * 0.6, 8, "#7a5c3433")
    c.poly([*shape, *mirrored], ("#e6cfa2", "#cfae7a"))
    c.poly([*mirrored, (x + width * 0.12, y), (x + width * 0.18, y - height * 0.5)], "#9a784855")
    c.poly(arch(x, y, width * 0.13, height * 0.34), "#6b4d2f")
    c.disc(x, y - height * 0.62, width * 0.04, "#8d6a42")


def _jerrycan(c: Canvas, x: float, y: float, colour: str) -> None:
    c.oval(x + 6, y, 26, 4, "#00000033")
    c.rect(x - 19, y - 52, 38, 52, (mix(colour, "#ffffff", 0.15), mix(colour, "#000000", 0.15)), 6)
    c.rect(x - 12, y - 64, 20, 5, colour, 2)
    c.rect(x - 12, y - 62, 4, 12, colour)
    c.rect(x + 4, y - 66, 10, 16, mix(colour, "#000000", 0.25), 2)


def _wellhead(c: Canvas, x: float, y: float) -> None:
    c.oval(x + 40, y + 4, 190, 22, "#5c422a44")
    wood = "#6b4a30"
    c.oval(x, y - 120, 140, 36, "#bfa780")
    c.oval(x, y - 120, 108, 25, "#2f2a26")
    for side in (-1, 1):
        c.rect(x + side * 124 - 10, y - 370, 20, 260, wood)
    c.rect(x - 140, y - 340, 280, 18, "#7d5839", 8)
    c.line([(x - 176, y - 350), (x, y - 432)], "#7a4a34", 14)
    c.poly(trace("-190,-352 0,-440 190,-352 170,-340 0,-416 -170,-340", x, y), "#8a5a3e")
    c.rect(x - 46, y - 346, 92, 30, "#cdb083", 10)
    c.line([(x + 16, y - 320), (x + 16, y - 214)], "#d8c29a", 4)
    c.poly(trace("-12,-186 44,-186 36,-128 -4,-128", x, y), ("#9fa6a6", "#6d7678"))
    c.line(ring(x + 16, y - 186, 27, 28, 180, 360, 16), "#5b6264", 3.5)
    c.line([(x + 140, y - 331), (x + 168, y - 331), (x + 168, y - 290)], "#4d4a46", 6)
    front = [*ring(x, y - 120, 140, 36, 180, 0, 24), *ring(x, y - 14, 140, 36, 0, 180, 24)]
    c.poly(front, ("#c9b187", "#a1875f"))
    for row in range(4):
        for i in range(9):
            angle = (i + (row % 2) * 0.5) / 9 * pi
            px = x - cos(angle) * 134
            lift = 34 * (1 - ((px - x) / 140) ** 2) ** 0.5
            wide = 32 * max(0.3, 1 - abs(cos(angle)) ** 3)
            stone = ("#b89d73", "#d3bd94", "#c0a67b")[(i + row) % 3]
            c.rect(px - 16, y - 112 + row * 26 + lift, wide, 20, stone, 5)
