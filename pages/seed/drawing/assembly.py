"""Scenes of public business: the assembly, the lectern, the press, the council."""

from math import cos, radians, sin

from pages.seed.drawing.canvas import (
    Canvas,
    Fill,
    Point,
    blob,
    clear,
    mix,
    numbers,
    ring,
    smooth,
    spin,
    trace,
)
from pages.seed.drawing.motifs import (
    COATS,
    HAIR,
    SCARVES,
    SKIN,
    bust,
    crowd_member,
    crown,
    draped_flag,
    flag,
    star,
    window,
)


def hall(c: Canvas) -> None:
    """An assembly in session: the dais under the flag, curved rows of delegates."""
    c.rect(-300, -100, 1800, 620, ("#5d4434", "#8a6a50"))
    for i in range(60):
        c.rect(-300 + i * 30, 60, 13, 330, ("#7a5a43", "#96755a"))
    c.rect(-300, -100, 1800, 168, ("#2f2620", "#4a3a2f"))
    for row in range(3):
        for i in range(-7, 8):
            c.oval(600 + i * (96 - row * 9), 8 + row * 22, 15 - row * 2, 4.6 - row * 0.6, "#ffe9bb")
    c.glow(600, 170, 430, "#ffdfae", 0.5)
    c.rect(452, 92, 296, 186, "#cdb18c", 4)
    flag(c, 480, 106, 240)
    c.poly(trace("-300,380 1500,380 1500,900 -300,900"), ("#46604f", "#2c4336"))
    _dais(c)
    for row in range(6):
        _delegates(c, row)


def _dais(c: Canvas) -> None:
    for i, colour in enumerate(("#6f5340", "#7d5f49", "#8a6b53")):
        c.poly(ring(600, 402 - i * 11, 330 - i * 26, 44 - i * 4), colour)
    for x in (455, 528, 600, 672, 745):
        c.rect(x - 25, 252 if x == 600 else 270, 50, 76, "#3f2c22", 9)
        crowd_member(c, x, 340, 56, behind=False)
    c.rect(412, 334, 376, 52, ("#6a4a35", "#543a2a"), 3)
    c.rect(404, 326, 392, 10, "#a98360", 3)
    for i in range(5):
        c.rect(424 + i * 72, 346, 60, 32, "#7c5941", 2)
        c.line([(446 + i * 72, 326), (450 + i * 72, 308)], "#22201e", 2)
    c.poly(trace("566,384 634,384 626,446 574,446"), ("#a37c59", "#7f5d42"))
    c.rect(560, 378, 80, 9, "#c39c74", 3)
    star(c, 600, 416, 12, "#e5cf9a")


def _delegates(c: Canvas, row: int) -> None:
    """One curved row: the desk in front, then those who sit at it, seen from behind."""
    rx, ry, size = 330 + row * 118, 108 + row * 74, 34 + row * 11
    wide, deep = rx + 20 + row * 4, ry + 13 + row * 4
    band = [*ring(600, 392, rx, ry, 8, 172, 60), *ring(600, 392, wide, deep, 172, 8, 60)]
    c.poly([(x, y + 10 + row * 3) for x, y in band], "#3a2a20")
    c.poly(band, ("#a37f5d", "#8a684a"))
    count = 15 + row * 2
    for i in range(count):
        angle = 14 + 152 * i / (count - 1)
        if min(abs(angle - 62), abs(angle - 118)) < 3.4:
            continue
        (x, y), _ = ring(600, 392 + size * 0.75, rx + 30, ry + 20 + row * 3, angle, 0, 1)
        if -80 < x < 1280 and y - size < 830:
            crowd_member(c, x, y, size)
            seat = (x - size * 0.46, y - size * 0.3, size * 0.92, size * 0.62)
            c.rect(*seat, ("#8d4a40", "#6d352f"), size * 0.14)


def podium(c: Canvas) -> None:
    """A lectern between two flags, waiting for the speaker."""
    for i in range(36):
        x = -300 + i * 50
        c.poly([(x, -100), (x + 50, -100), (x + 50, 640), (x, 640)], "#1f4a3d" if i % 2 else "#265646")
        c.poly([(x + 8, -100), (x + 20, -100), (x + 26, 640), (x + 12, 640)], "#2f6552")
        c.poly([(x + 38, -100), (x + 50, -100), (x + 50, 640), (x + 34, 640)], "#183b31")
    c.veil(-100, 300, "#0c1f19", 0.75, 0)
    c.glow(600, 330, 470, "#ffe9bf", 0.42)
    c.poly(trace("-300,630 1500,630 1500,900 -300,900"), ("#9a7350", "#6d4d35"))
    for i in range(-16, 17):
        c.line([(600 + i * 62, 632), (600 + i * 140, 900)], "#5d412c88", 1.6)
    c.oval(600, 735, 470, 74, "#ffe8b838")
    c.poly(trace("520,-60 680,-60 1050,735 150,735"), "#fff1cf16")
    draped_flag(c, 300, 690, 520, side=-1)
    draped_flag(c, 900, 690, 520)
    _lectern(c, 600, 740)


def _lectern(c: Canvas, x: float, y: float) -> None:
    c.oval(x + 14, y + 4, 190, 20, "#2a1a1055")
    c.rect(x - 150, y - 26, 300, 28, ("#6b4630", "#543523"), 4)
    c.poly(trace("-122,-290 122,-290 96,-26 -96,-26", x, y), ("#a3744e", "#7b5437"))
    c.poly(trace("70,-290 122,-290 96,-26 58,-26", x, y), "#5d3d2766")
    c.poly(trace("-82,-254 82,-254 66,-60 -66,-60", x, y), "#8a6040")
    c.disc(x, y - 164, 44, "#d9bf85")
    c.disc(x, y - 164, 38, "#1f5443")
    star(c, x, y - 164, 24, "#ead9a8")
    c.poly(trace("-152,-296 152,-296 128,-346 -128,-346", x, y), ("#c4966a", "#ab7d54"))
    c.rect(x - 154, y - 298, 308, 15, "#8a6040", 3)
    c.poly(trace("-62,-304 46,-304 40,-338 -54,-338", x, y), "#f6f1e4")
    for side in (-1, 1):
        neck = smooth(trace("96,-330 92,-400 74,-436 48,-446", x, y, side, 1))
        c.line(neck, "#22262a", 5)
        c.poly(spin(ring(x + side * 38, y - 450, 25, 12), (x + side * 38, y - 450), side * 16), "#2f353a")
        c.poly(spin(ring(x + side * 34, y - 454, 15, 5), (x + side * 34, y - 454), side * 16), "#59636a")
    c.poly(trace("88,-306 112,-306 115,-350 85,-350", x, y), "#dfeff088")
    c.poly(trace("88,-306 112,-306 114,-332 86,-332", x, y), "#bfdfe6cc")


def microphones(c: Canvas) -> None:
    """A press conference just before it begins: every broadcaster's microphone."""
    c.sky("#23404a", "#3c6068", "#6d8a86", "#a79f86")
    for _ in range(46):
        x, y, r = c.rng.uniform(-40, 1240), c.rng.uniform(-20, 520), c.rng.uniform(18, 60)
        light = c.rng.choice(("#ffe2a6", "#f3c27a", "#bfe0dc", "#fff6e0"))
        c.disc(x, y, r, clear(light, c.rng.uniform(0.12, 0.4)))
    for x, size in numbers("130,190 360,160 860,170 1080,200"):
        bust(c, x, 620, size, "#26383d", "#5d6a64", "#1f2d31")
        c.rect(x - size * 0.42, 620 - size * 0.62, size * 0.84, size * 0.32, "#17262b", 14)
        c.disc(x, 620 - size * 0.46, size * 0.18, "#55747a")
    c.soften(9)
    c.poly(trace("-300,700 1500,700 1500,900 -300,900"), ("#7b5a41", "#4f3726"))
    c.rect(-300, 692, 1800, 14, "#a17c5a")
    _microphone(c, 250, 350, -26, 0.86, "#a5473a")
    _microphone(c, 965, 360, 27, 0.86, "#3f6f86")
    _microphone(c, 360, 270, -18, 0.95, "#3c4449")
    _microphone(c, 850, 262, 19, 0.98, "#b88a3e")
    _microphone(c, 485, 230, -9, 1.06, "#1f6b46")
    _microphone(c, 728, 226, 10, 1.06, "#7d3f4f")
    _microphone(c, 606, 292, 0, 1.16, "#3c4449")


def _microphone(c: Canvas, x: float, y: float, lean: float, size: float, colour: str) -> None:
    """A hand-held microphone with the cube of its station, leaning on its stand."""

    def shape(points: list[Point], fill: Fill) -> None:
        c.poly(spin([(x + a * size, y + b * size) for a, b in points], (x, y), -lean), fill)

    shape(trace("-26,60 26,60 17,620 -17,620"), ("#3a4247", "#1d2225"))
    shape(trace("-18,60 -8,60 -6,620 -11,620"), "#5f6a7088")
    shape(trace("-50,128 50,128 50,218 -50,218"), (mix(colour, "#ffffff", 0.14), colour))
    shape(trace("26,128 50,128 50,218 26,218"), "#00000033")
    shape(trace("-32,150 14,150 14,196 -32,196"), "#f4efe3e0")
    shape(trace("-34,40 34,40 30,76 -30,76"), "#20262a")
    shape(blob("-58,0 -46,-56 0,-80 46,-56 58,0 42,46 -42,46"), mix(colour, "#10161a", 0.35))
    shape(blob("-54,-6 -44,-54 -6,-76 22,-60 10,-4 -20,34 -42,30"), mix(colour, "#10161a", 0.18))
    shape(ring(-22, -36, 18, 22), clear("#ffffff", 0.16))
    for b in (-34, -8, 18):
        shape([*smooth(trace("-54,0 0,12 54,0", 0, b)), *trace("54,3 0,15 -54,3", 0, b)], "#00000022")


def council_room(c: Canvas) -> None:
    """A committee round its table before the windows."""
    c.rect(-300, -100, 1800, 640, ("#cfd3c6", "#b9bdae"))
    for x in (90, 395, 700, 1005):
        window(c, x, 70, 230, 300)
    c.rect(-300, 470, 1800, 430, ("#7d6a58", "#55473b"))
    c.rect(-300, 452, 1800, 20, "#8d8f80")
    draped_flag(c, 32, 520, 400)
    for x in (300, 600, 900):
        c.line([(x, -100), (x, 60)], "#3d3f3a", 2)
        c.glow(x, 96, 150, "#fff0c6", 0.55)
        c.poly([(x - 52, 92), (x + 52, 92), (x + 22, 58), (x - 22, 58)], "#2f4a3f")
        c.oval(x, 92, 52, 8, "#fff3d2")
    for x, y in numbers("190,496 312,478 425,466 540,460 660,460 775,466 888,478 1010,496"):
        c.rect(x - 38, y - 88, 76, 86, "#3c4a44", 12)
        crowd_member(c, x, y, 96, behind=False)
    _table(c)
    for i, (x, width) in enumerate(((215, 190), (472, 200), (736, 200), (990, 190))):
        bust(c, x, 800, width, COATS[(i * 3 + 2) % 7], SKIN[i], HAIR[i], SCARVES[4] if i == 2 else "")
        c.rect(x - width * 0.48, 720, width * 0.96, 200, ("#4a5a53", "#36443e"), 26)


def _table(c: Canvas) -> None:
    c.oval(600, 640, 560, 150, "#2f251d66")
    c.oval(600, 604, 560, 150, "#5d4230")
    c.oval(600, 588, 560, 150, ("#a9815c", "#8d6848"))
    c.oval(600, 590, 250, 52, "#7b5a3e")
    crown(c, 600, 566, 92, 36, "#4f7553", "#7a9c68")
    for _ in range(12):
        c.disc(600 + c.rng.uniform(-70, 70), 566 + c.rng.uniform(-26, 20), 6, "#f4efe3")
    for angle in (205, 226, 246, 262, 278, 294, 314, 335, 150, 116, 66, 32):
        x, y = 600 + 440 * cos(radians(angle)), 588 + 112 * sin(radians(angle))
        c.poly(trace("-34,11 -26,-9 24,-9 28,11", x, y), "#f6f2e7")
        c.line([(x - 18, y - 2), (x + 16, y - 2)], "#b9b3a4", 1.4)
        c.line([(x - 20, y + 4), (x + 8, y + 4)], "#b9b3a4", 1.4)
        c.rect(x + 38, y - 20, 12, 24, "#e4f0f0b0", 2)
        c.line([(x - 46, y + 6), (x - 42, y - 26)], "#26292b", 2.6)
        c.oval(x - 41, y - 28, 5, 3, "#26292b")
