"""Scenes where people are together out of doors: garden, camp and stadium."""

from math import cos, pi, sin

from pages.seed.drawing.canvas import (
    Canvas,
    Eye,
    blob,
    hills,
    mix,
    numbers,
    ring,
    smooth,
    trace,
)
from pages.seed.drawing.motifs import COATS, cloud, head, house, passer_by, tree


def garden(c: Canvas) -> None:
    """A public garden: a path past flower beds to a fountain."""
    c.sky("#7fb0c6", "#c6dedd", "#f3eed8", down_to=420)
    c.rect(-300, 360, 1800, 60, "#5f8563")
    cloud(c, 300, 120, 260, "#ffffff90")
    cloud(c, 930, 160, 220, "#ffffff80")
    for x, width, high in numbers("60,90,150 180,70,190 330,84,140 790,80,170 900,96,130 1040,80,180"):
        house(c, x, 400, width, high, "#d9d0bd")
    for i in range(24):
        tree(c, -10 + i * 54 + c.rng.uniform(-12, 12), 414, c.rng.uniform(96, 150), "#6c9370", "#93b58a")
    c.wash(404, 420, "#a8c47e", "#86ac5f", "#6a9450")
    _paths(c)
    _fountain(c, 600, 486, 0.62)
    _flower_bed(c, 330, 520, 120, "#d98a8a", "#f3e4e0")
    _flower_bed(c, 880, 520, 120, "#e0b24f", "#f6e6b4")
    _flower_bed(c, 230, 650, 190, "#b8574f", "#e09a8a")
    _flower_bed(c, 985, 650, 190, "#8d76a8", "#cbb9dc")
    for x, y, high in ((150, 560, 260), (1060, 556, 270)):
        tree(c, x, y, high, "#4d7a50", "#7ba566")
    for x, y, high in numbers("415,560,150 790,560,150 330,740,300 880,740,300"):
        _lamp(c, x, y, high)
    _park_bench(c, 1010, 756)
    for x, y, high in numbers("515,560,84 690,600,104 724,604,70 520,700,150"):
        passer_by(c, x, y, high)
    for x, y, high in ((-10, 800, 420), (1215, 800, 400)):
        tree(c, x, y, high, "#3f6b47", "#66935a")


def _paths(c: Canvas) -> None:
    gravel = ("#e6d8b6", "#d3bf95")
    c.oval(600, 520, 250, 46, "#cbb78c")
    c.oval(600, 516, 246, 44, "#e6d8b6")
    for side in (-1, 1):
        edge = smooth([(600 + side * 200, 516), (600 + side * 420, 500), (600 + side * 760, 540)])
        c.poly([*edge, *((x, y + 26) for x, y in reversed(edge))], "#dfcfa8")
    left = smooth(trace("560,552 500,610 450,700 330,860"))
    right = smooth(trace("640,552 690,610 750,700 880,860"))
    c.poly([*left, *reversed(right)], gravel)
    for edge in (left, right):
        c.line(edge, "#bfa87c", 5)


def _flower_bed(c: Canvas, x: float, y: float, rx: float, *flowers: str) -> None:
    ry = rx * 0.23
    c.oval(x, y + ry * 0.3, rx * 1.04, ry * 1.06, "#c9b68c")
    c.oval(x, y, rx, ry, "#4f7a4a")
    for _ in range(int(rx * 0.7)):
        reach, angle = c.rng.random() ** 0.5 * 0.92, c.rng.uniform(0, 2 * pi)
        px, py = x + rx * reach * cos(angle), y - ry * 0.2 + ry * reach * sin(angle)
        c.oval(px, py, ry * 0.13 + 2, ry * 0.11 + 1.6, c.rng.choice((*flowers, "#7ba566")))


def _lamp(c: Canvas, x: float, y: float, height: float) -> None:
    c.limb([(x, y), (x, y - height)], "#3a4a44", height * 0.035, height * 0.022)
    c.rect(x - height * 0.05, y - height * 0.03, height * 0.1, height * 0.03, "#3a4a44")
    c.oval(x, y - height * 1.04, height * 0.052, height * 0.066, "#fbf3da")
    c.poly(ring(x, y - height * 1.07, height * 0.062, height * 0.05, 180, 360, 14), "#3a4a44")


def _park_bench(c: Canvas, x: float, y: float) -> None:
    c.oval(x + 6, y + 4, 110, 9, "#00000030")
    for side in (-1, 1):
        c.line([(x + side * 78, y), (x + side * 74, y - 84)], "#3a4a44", 7)
    for lift in (82, 64, 34):
        c.rect(x - 96, y - lift, 192, 12, ("#b07a48", "#8f5f36"), 3)


def _fountain(c: Canvas, x: float, y: float, size: float) -> None:
    def at(points):
        return [(x + a * size, y + b * size) for a, b in points]

    def oval(b, rx, ry, fill):
        c.oval(x, y + b * size, rx * size, ry * size, fill)

    oval(66, 250, 40, "#5c46302f")
    c.poly(at([*ring(0, -8, 232, 46, 180, 0, 24), *ring(0, 52, 232, 46, 0, 180, 24)]), ("#d9c9a8", "#b39d77"))
    oval(-8, 232, 46, "#efe4cb")
    oval(-6, 206, 37, ("#79aeb4", "#4f8e99"))
    c.poly(at(trace("-20,-6 -12,-90 12,-90 20,-6")), ("#e6d8ba", "#bda984"))
    oval(-92, 84, 20, "#cdbb95")
    oval(-96, 78, 15, "#8fc0c4")
    c.poly(at(trace("-8,-96 -6,-136 6,-136 8,-96")), "#e6d8ba")
    for side in (-1, 1):
        for reach, top in ((30, 190), (58, 176)):
            jet = smooth(at([(0, -138), (side * reach * 0.5, -top), (side * reach, -98)]))
            c.limb(jet, "#eef7f6c0", 3 * size, 5 * size)
        fall = smooth(at([(side * 80, -92), (side * 100, -70), (side * 112, -8)]))
        c.limb(fall, "#eef7f690", 4 * size, 8 * size)
        c.oval(x + side * 112 * size, y - 5 * size, 26 * size, 5 * size, "#eef7f6a0")


def tents(c: Canvas) -> None:
    """A camp of white tents with its water tank and washing lines."""
    c.sky("#7d9fb3", "#c3cfcd", "#efdfc4", down_to=430)
    c.glow(930, 260, 420, "#fff2d6", 0.8)
    cloud(c, 330, 140, 320, "#ffffff60")
    cloud(c, 840, 100, 230, "#ffffff50")
    c.poly(hills(c.rng, 350, 90, 4, 2), ("#9faaae", "#c4bfae"))
    c.poly(hills(c.rng, 405, 40, 4, 1), ("#b29a78", "#c9b188"))
    c.wash(420, 400, "#c9ac7d", "#b98f62", "#8f6744")
    rows = numbers("446,0.32,88 486,0.46,128 540,0.66,190 618,0.98,290")
    for row, (y, size, gap) in enumerate(rows):
        for i in range(16):
            x = -60 + i * gap + (row % 2) * gap / 2
            if x < 1300 and not (row == 3 and 480 < x < 760):
                _tent(c, x, y, size, i + row)
    _water_tank(c, 640, 560)
    _clothes_line(c)
    _tent(c, 170, 778, 1.75, 1)
    for x, y, height in numbers("570,650,118 625,668,80 880,700,150 800,716,96"):
        passer_by(c, x, y, height)
    track = trace("640,820 690,740 600,660 560,600 600,560 612,560 585,600 650,660 790,740 830,820")
    c.poly(smooth(track), "#d9bd8c40")


def _tent(c: Canvas, x: float, y: float, size: float, number: int) -> None:
    """A ridge tent seen at an angle, its guy ropes pegged out."""

    def shape(points, fill):
        c.poly([(x + a * size, y + b * size) for a, b in points], fill)

    shade = ("#d9d6cb", "#cfd3d0", "#ddd0b8")[number % 3]
    c.oval(x + 40 * size, y + 2, 150 * size, 9 * size, "#4d342222")
    for a, b in ((-118, 4), (170, 2), (-100, -30)):
        rope = [(x + a * 0.3 * size, y - 108 * size), (x + a * size, y + b * size)]
        c.line(rope, "#f1ead977", max(0.8, 1.4 * size))
    shape(trace("0,-128 92,-120 138,-46 142,-2 80,0"), (shade, mix(shade, "#8d7a62", 0.3)))
    shape([(0, -128), (80, 0), (-80, 0)], ("#f7f4ea", "#e3ddcd"))
    shape([(0, -112), (24, 0), (-22, 0)], "#5b4d42")
    shape([(0, -112), (-22, 0), (-40, 0)], "#fbf8f0")
    shape(trace("0,-128 92,-120 96,-112 4,-119"), "#7f9fb0" if number % 4 == 1 else "#f2eee2")


def _water_tank(c: Canvas, x: float, y: float) -> None:
    for side in (-1, 1):
        c.line([(x + side * 34, y), (x + side * 28, y - 84)], "#5d5148", 6)
    c.line([(x - 32, y - 20), (x + 30, y - 70)], "#5d5148", 3)
    c.rect(x - 46, y - 88, 92, 8, "#5d5148")
    c.rect(x - 40, y - 158, 80, 72, ("#5f8ea6", "#3f6c84"), 10)
    for i in range(3):
        c.rect(x - 40, y - 142 + i * 18, 80, 3, "#2f566b66")
    c.rect(x - 14, y - 166, 28, 10, "#2f566b", 4)


def _clothes_line(c: Canvas) -> None:
    for x in (960, 1180):
        c.limb([(x, 712), (x, 560)], "#6b5440", 8, 6)
    c.line(smooth([(960, 568), (1070, 590), (1180, 568)]), "#efe6d6", 2)
    for i, colour in enumerate(("#8e4a42", "#e4dcc8", "#4f7a6a", "#c39a4e", "#54728c")):
        x, y = 976 + i * 40, 574 + 14 * (1 - abs(i - 2) / 2)
        cloth = [(x, y), (x + 32, y), (x + 30, y + 54 + (i % 2) * 14), (x + 3, y + 56 + (i % 3) * 8)]
        c.poly(cloth, (colour, mix(colour, "#3a2c22", 0.2)))


def stadium(c: Canvas) -> None:
    """A match under floodlights before a full stand."""
    c.sky("#1f3049", "#4a6280", "#b3a9a2", "#e9c79c", down_to=330)
    for x in (130, 1070):
        _floodlight(c, x, 74)
    _stand(c)
    eye = Eye(600, 262, 9, 560)
    for i in range(13):
        near, far = 34 - i * 2.4, 34 - (i + 1) * 2.4
        c.poly(eye.strip((-70, 0), (70, 0), far, near), "#6b9863" if i % 2 else "#5f8d5a")
    _pitch_lines(c, eye)
    squad = "-13,25 -5,23.5 6,24.5 14,21 -9.5,18.5 3,19.3 8.6,16 -5.5,14.3 0.5,12.3 4.2,13"
    for i, (x, z) in enumerate(numbers(squad)):
        _player(c, *eye(x, 0, z), 2.5 * eye.lens / z, "#f3efe4" if i % 2 else "#9a3b38")
    x, y = eye(2.1, 0, 12)
    c.oval(x + 3, y + 2, 10, 3, "#00000044")
    c.disc(x, y - 7, 8, "#f6f3ea")
    c.disc(x, y - 7, 3, "#2b2b2b")


def _stand(c: Canvas) -> None:
    """The far stand under its roof, full of people."""
    c.poly(trace("-300,160 600,190 1500,160 1500,436 -300,436"), ("#364152", "#4d5868"))
    shirts = [mix(colour, "#ffffff", 0.12) for colour in (*COATS, "#9a3b38", "#2f6b4d", "#e9e4d6")]
    for row in range(12):
        y = 212 + row * 16
        c.rect(-300, y + 5, 1800, 2, "#2f3948")
        for i in range(92):
            if c.rng.random() < 0.86:
                x = -6 + i * 13.2 + (row % 2) * 6 + c.rng.uniform(-1.5, 1.5)
                c.disc(x, y, 4.3, c.rng.choice(("#c9a184", "#b58a6a", "#dab99a")))
                c.rect(x - 5, y + 3.5, 10, 8, c.rng.choice(shirts))
    c.poly(trace("-300,132 600,164 1500,132 1500,168 600,196 -300,168"), ("#e4e6e1", "#a9b1b3"))
    for i in range(9):
        c.rect(40 + i * 140, 176, 4, 40, "#7d878c")
    c.rect(-300, 402, 1800, 26, "#e6e2d6")
    for i in range(14):
        c.rect(-270 + i * 124, 404, 118, 22, ("#1f6b46", "#e6e2d6", "#2c3a45", "#b88a3e")[i % 4])


def _pitch_lines(c: Canvas, eye: Eye) -> None:
    def ground(points, width):
        c.line([eye(x, 0, z) for x, z in points], "#eef0e6d8", width)

    ground([(-70, 16.5), (70, 16.5)], 2.8)
    ground(ring(0, 16.5, 6.4, 2.6, steps=60), 2.8)
    ground(trace("-13,33 -13,29 13,29 13,33"), 1.8)
    ground([(-40, 33), (40, 33)], 1.8)
    left, right, top = eye(-3.6, 0, 33), eye(3.6, 0, 33), eye(0, 2.6, 33)[1]
    c.rect(left[0], top, right[0] - left[0], left[1] - top, "#ffffff3a")
    c.line([left, (left[0], top), (right[0], top), right], "#fbfbf6", 2.6)


def _player(c: Canvas, x: float, y: float, height: float, shirt: str) -> None:
    """A footballer at a run: bare knees, socks in the colour of the shirt."""
    u, skin, stride = height / 100, c.rng.choice(("#c99a78", "#b98563")), c.rng.choice((-1, 1))
    c.oval(x + 4 * u, y, 22 * u, 3 * u, "#00000033")
    for side, knee, foot in ((1, (9, -27), (4, -2)), (-1, (-7, -26), (-22, -12))):
        hip, knee = (x + side * 4 * u, y - 46 * u), (x + stride * knee[0] * u, y + knee[1] * u)
        foot = (x + stride * foot[0] * u, y + foot[1] * u)
        c.limb([hip, knee], skin, 9 * u, 7 * u)
        c.limb([knee, foot], shirt, 7 * u, 5 * u)
        c.oval(foot[0] + stride * 2 * u, foot[1], 5 * u, 2.4 * u, "#26282b")
    c.poly(trace("-10,-52 10,-52 13,-34 1,-38 -12,-34", x, y, u), "#2c3a45")
    for side, elbow, hand in ((1, (18, -66), (24, -78)), (-1, (-18, -66), (-12, -54))):
        arm = [(x + stride * a * u, y + b * u) for a, b in ((side * 9, -80), elbow, hand)]
        c.limb(arm, mix(shirt, "#000000", 0.12), 7 * u, 4.4 * u)
    c.poly(blob("-4,-87 4,-87 11,-82 11,-66 10,-49 -10,-49 -11,-66 -11,-82", x, y, u), shirt)
    head(c, x + stride * 1.5 * u, y - 92 * u, 6.6 * u, skin, "#2b2320")


def _floodlight(c: Canvas, x: float, y: float) -> None:
    c.limb([(x, 400), (x, y + 20)], "#5f6a72", 12, 8)
    c.glow(x, y, 300, "#fff6dc", 0.6)
    c.rect(x - 56, y - 34, 112, 62, "#6d7880", 5)
    for row in range(3):
        for i in range(5):
            c.disc(x - 42 + i * 21, y - 22 + row * 20, 8, "#fffbee")
