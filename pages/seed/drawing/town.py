"""Scenes of the town, by day and by night, and of its market."""

from dataclasses import dataclass

from pages.seed.drawing.canvas import (
    Canvas,
    Eye,
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
    cypress,
    dome,
    minaret,
    passer_by,
    sun,
    tree,
)


@dataclass(frozen=True)
class Hour:
    """The colours of the town at one time of day; walls from the farthest row to the nearest."""

    walls: tuple[str, str, str]
    shade: str
    trim: str
    glass: str
    lit: str
    lit_share: float
    mosque: tuple[str, str]
    street: tuple[str, str]


DAY = Hour(
    walls=("#d5d2cc", "#cdbda4", "#b49a7d"),
    shade="#4a3b30",
    trim="#fff6e4",
    glass="#7d95a0",
    lit="#a9c0c6",
    lit_share=0.35,
    mosque=("#b3a58e", "#e6d8ba"),
    street=("#a9a69f", "#7d7c78"),
)
NIGHT = Hour(
    walls=("#4a5078", "#343b60", "#1f2746"),
    shade="#0a0f22",
    trim="#8d86a8",
    glass="#141b36",
    lit="#ffd78d",
    lit_share=0.5,
    mosque=("#5f5f88", "#8f84a4"),
    street=("#3c4063", "#171c33"),
)


def city(c: Canvas) -> None:
    """Blocks of flats under their mountain by day."""
    c.sky("#6fa6c6", "#bcd8de", "#f3ead6", down_to=520)
    sun(c, 300, 150, 38, "#fffdf2", "#fff4d2", 380)
    for x, y, width in numbers("850,150,300 560,230,190 1090,250,200"):
        cloud(c, x, y, width, "#ffffffa0")
    c.poly(hills(c.rng, 385, 130, 3, 1), ("#a9aca4", "#cdc5b2"))
    _skyline(c, DAY)


def night(c: Canvas) -> None:
    """The same kind of town after dark, its windows and street lamps lit."""
    c.sky("#0a1428", "#1a2a4c", "#3a4a74", "#5d5f86", down_to=560)
    for _ in range(110):
        x, y, size = c.rng.uniform(0, 1200), c.rng.uniform(0, 330), c.rng.choice((0.9, 1.2, 1.5, 2.1))
        c.disc(x, y, size, clear("#eef2f6", c.rng.uniform(0.35, 0.95)))
    c.glow(930, 140, 300, "#b9cbe0", 0.6)
    c.disc(930, 140, 40, "#f2f1e6")
    c.poly(hills(c.rng, 395, 120, 3, 1), ("#2a3558", "#46507a"))
    for _ in range(90):
        c.disc(c.rng.uniform(0, 1200), c.rng.uniform(372, 440), 1.4, "#ffd98fb0")
    _skyline(c, NIGHT)


def _skyline(c: Canvas, hour: Hour) -> None:
    for row, (base, low, tall) in enumerate(((520, 60, 180), (620, 80, 230), (740, 60, 210))):
        _blocks(c, base, low, tall, row, hour)
    for x in (655, 735):
        minaret(c, x, 620, 330, 20, *hour.mosque)
    dome(c, 695, 600, 52, hour.mosque[0], hour.mosque[1])
    c.rect(630, 596, 130, 64, hour.mosque[0])
    for x in (646, 684, 722):
        c.poly(arch(x + 11, 660, 11, 43), hour.lit if hour is NIGHT else hour.shade)
    _avenue(c, hour)


def _blocks(c: Canvas, base: float, low: float, tall: float, row: int, hour: Hour) -> None:
    x = -30.0
    while x < 1230:
        width = c.rng.uniform(58, 116) * (0.8 + row * 0.14)
        in_the_way = row == 2 and 470 < x + width / 2 < 800
        height = c.rng.uniform(low, low * 1.3 if in_the_way else tall)
        _block(c, x, base, width, height, row, hour)
        x += width + c.rng.uniform(-4, 10)


def _block(c: Canvas, x: float, base: float, width: float, height: float, row: int, hour: Hour) -> None:
    """A block of flats: windows, and on its roof a tank or an aerial."""
    top, wall = base - height, mix(hour.walls[row], hour.trim, c.rng.uniform(0, 0.16))
    c.rect(x, top, width, 900, wall)
    c.rect(x + width * 0.82, top, width * 0.18, 900, mix(wall, hour.shade, 0.25))
    c.rect(x - 2, top - 3, width + 4, 6, mix(wall, hour.trim, 0.4))
    if c.rng.random() < 0.6:
        c.rect(x + width * 0.15, top - 17, 20, 15, mix(wall, hour.shade, 0.25), 4)
    if c.rng.random() < 0.5:
        c.rect(x + width * 0.6, top - c.rng.uniform(22, 46), 1.6, 46, mix(wall, hour.shade, 0.4))
    size = 6 + row * 2
    for floor in range(int((height + 60) // (size * 2.9))):
        for column in range(int(width * 0.74 // (size * 1.9))):
            if c.rng.random() < 0.74:
                glass = hour.lit if c.rng.random() < hour.lit_share else mix(wall, hour.glass, 0.75)
                c.rect(x + 7 + column * size * 1.9, top + 14 + floor * size * 2.9, size, size * 1.45, glass)


def _avenue(c: Canvas, hour: Hour) -> None:
    """A wide street that runs up to the mosque, with its lamps, trees and traffic."""
    dark = hour is NIGHT
    c.poly(trace("640,655 750,655 1080,860 310,860"), hour.street)
    for i in range(9):
        t = (i / 8) ** 1.7
        y, wide = 660 + 170 * t, 3 + 13 * t
        for side, light in ((-1, "#fff1cf"), (1, "#e5604f")):
            x = 695 + side * (14 + 92 * t)
            if not dark and (i + side) % 3:
                paint = c.rng.choice(("#f1eee6", "#8d4a40", "#54728c", "#3f4448"))
                c.rect(x - wide, y - wide * 1.2, wide * 2, wide * 1.3, paint, wide * 0.4)
                c.rect(x - wide * 0.7, y - wide, wide * 1.4, wide * 0.5, "#5d7480")
            for offset in (-1, 1) if dark else ():
                c.oval(x + offset * (4 + 12 * t), y, 2 + 5 * t, 1.4 + 3 * t, light)
            foot = (695 + side * (62 + 300 * t), y + 4)
            high = 30 + 130 * t
            if not dark:
                tree(c, foot[0] + side * (10 + 34 * t), foot[1], high * 0.62, "#54794f", "#80a068")
            c.limb([foot, (foot[0], foot[1] - high)], hour.shade, 2 + 4 * t, 1.5 + 2 * t)
            if dark:
                c.glow(foot[0], foot[1] - high, 26 + 70 * t, "#ffdf9a", 0.6)
            c.disc(foot[0], foot[1] - high - 2, 3 + 6 * t, "#ffe9b8" if dark else "#f1ead8")
    if dark:
        c.glow(695, 690, 240, "#ffcf8a", 0.35)


def old_city(c: Canvas) -> None:
    """The citadel over stone houses, a lane in front."""
    c.sky("#8fb3bd", "#cdd9cc", "#f3e6c6", "#f3dfb8", down_to=520)
    sun(c, 900, 190, 44, "#fffaf0", "#fff0c8", 420)
    cloud(c, 260, 130, 280, "#ffffff70")
    c.poly(hills(c.rng, 400, 60, 3, 1), ("#c9c6ae", "#dccfae"))
    _citadel(c)
    tones = ("#dcc49a", "#cfb184", "#bf9c6e", "#a9835a")
    domes = ("190,40 1010,36", "760,58", "330,74 1060,60", "")
    minarets = ("250,190", "850,250 110,200", "440,330", "")
    for row, tone in enumerate(tones):
        y = 480 + row * 82
        _roofs(c, y, tone, row)
        for x, size in numbers(domes[row]):
            dome(c, x, y - 62, size, mix("#8fa39a", tone, 0.35), mix("#b9c7ba", tone, 0.25))
        for x, height in numbers(minarets[row]):
            wall, light = mix(tone, "#6b4a2c", 0.12), mix(tone, "#fff3d8", 0.45)
            minaret(c, x, y + 40, height, 18 + row * 5, wall, light)
    for x, y, size in numbers("545,700,150 590,705,120 935,640,110 60,705,140"):
        cypress(c, x, y, size, "#4f6a4a", "#6a8458", 0.2)
    _lane(c)
    birds(c, 520, 190, "#7c7a66", 6, 9)


def _citadel(c: Canvas) -> None:
    """The flat-topped hill with its walls and the bridge to its gate, as at Aleppo."""
    c.poly(smooth(trace("250,520 360,360 420,306 800,306 870,360 990,520")), ("#d8c399", "#c4ab7c"))
    c.poly(trace("700,306 800,306 870,360 990,520 820,520"), "#b3976a55")
    c.rect(402, 262, 416, 48, ("#cfb585", "#bb9d6c"))
    for i in range(21):
        c.rect(402 + i * 20.2, 254, 11, 10, "#cfb585")
    for x, width, height in numbers("395,44,84 520,36,70 640,34,66 782,46,88"):
        c.rect(x, 316 - height, width, height, "#c4a673")
        c.rect(x + width * 0.7, 316 - height, width * 0.3, height, "#a98b5c")
        for i in range(3):
            c.rect(x + i * width * 0.38, 308 - height, width * 0.22, 9, "#c4a673")
    minaret(c, 700, 266, 96, 12, "#c4a673", "#dcc498")
    c.poly(trace("566,312 610,312 700,520 630,520"), "#ead7ae")
    for t in (0.25, 0.45, 0.7):
        left, right, y = 602 + 98 * t, 618 + 102 * t, 312 + 208 * t
        c.poly([(left, y + 26), (left, y + 6), (right, y + 10), (right, y + 34)], "#8d7148")
    c.rect(560, 276, 52, 44, "#b99a66")
    c.poly(arch(586, 320, 12, 32), "#5e4a2e")


def _lane(c: Canvas) -> None:
    """The lane in front: steps between two houses, under an arch."""
    c.rect(430, 600, 360, 260, ("#a98458", "#8d6a45"))
    c.rect(424, 594, 372, 12, "#d3b98c")
    gate = arch(610, 830, 90, 204, 74)
    c.poly(gate, "#f1deb4")
    c.line(gate, "#c9ac7c", 12)
    c.rect(548, 668, 52, 150, "#b08c5f")
    c.rect(640, 650, 60, 170, "#9a7850")
    c.poly(trace("588,722 650,722 716,830 500,830"), "#dcc498")
    for i in range(6):
        c.rect(588 - i * 17, 730 + i * 18, 62 + i * 26, 4, "#a98458")
    for x, width, wall in ((-300, 770, "#9a744a"), (752, 760, "#8d6a43")):
        c.rect(x, 640, width, 260, (wall, mix(wall, "#3a2818", 0.3)))
        c.rect(x - 4, 634, width + 8, 12, mix(wall, "#fff2d8", 0.4))
        for i in range(16):
            stone = mix(wall, "#3a2818", 0.14)
            c.rect(x + 20 + (i * 97) % (width - 70), 662 + (i * 53) % 130, 34, 12, stone, 2)
    for x in (70, 230, 900, 1070):
        c.poly(arch(x + 26, 770, 26, 90), "#4d3826")
        c.line([(x - 4, 772), (x + 56, 772)], "#d3b98c", 5)
    c.rect(352, 672, 92, 86, ("#7a5232", "#5f3f27"))
    c.rect(344, 664, 108, 10, "#8d6440")
    for i in range(4):
        c.rect(360 + i * 21, 686, 14, 50, "#c39a66")
    c.poly(trace("352,758 444,758 430,776 366,776"), "#4d3826")
    passer_by(c, 614, 788, 70)


def _roofs(c: Canvas, base: float, tone: str, row: int) -> None:
    x = -40.0
    while x < 1230:
        width = c.rng.uniform(56, 110) * (0.8 + row * 0.16)
        height = c.rng.uniform(52, 96) + row * 5
        wall = mix(tone, c.rng.choice(("#fff2d8", "#7a5636", "#e8c89a")), c.rng.uniform(0, 0.22))
        top = base - height
        c.rect(x, top, width, 900, wall)
        c.rect(x + width * 0.74, top, width * 0.26, 900, mix(wall, "#4d3623", 0.22))
        c.rect(x - 2, top - 4, width + 4, 7, mix(wall, "#fff6e2", 0.4))
        for column in range(int(width // 34)):
            left = x + 12 + column * 32
            if c.rng.random() < 0.75:
                c.poly(arch(left + 5.5, top + 42, 5.5, 23), mix(wall, "#3d2a1b", 0.6))
        if c.rng.random() < 0.25:
            c.poly(arch(x + width * 0.4, top, width * 0.2, width * 0.18), mix(wall, "#fff6e2", 0.22))
        x += width - 2


def market(c: Canvas) -> None:
    """A vaulted souk: shafts of light from the roof, a stall in every bay."""
    eye = Eye(600, 430, 1.65, 620)
    c.rect(-300, -300, 1800, 1400, "#f6e3b8")
    c.glow(600, 400, 260, "#fffaf0", 0.9)
    depths = [46, 36, 28, 22, 17.5, 14, 11, 8.6, 6.7, 5.2, 4, 3, 2.2]
    for i, (far, near) in enumerate(zip(depths, depths[1:], strict=False)):
        _bay(c, eye, far, near, i / (len(depths) - 1))
    for z in (26, 16, 10, 6.4):
        left, right = eye(-0.4, 6.3, z), eye(0.5, 6.3, z)
        foot = eye(1.5, 0, z * 0.97)
        c.poly([left, right, (foot[0] + 330 / z, foot[1]), (foot[0] - 420 / z, foot[1])], "#fff3cf30")
        c.oval(foot[0] - 40 / z, foot[1], 400 / z, 66 / z, "#fff0c455")
    for z, x in numbers("19,0.5 15,-0.7 11.5,0.9 9,-0.5 7.3,0.5 5.4,-0.75"):
        px, py = eye(x, 0, z)
        passer_by(c, px, py, 1.68 * eye.lens / z)


def _bay(c: Canvas, eye: Eye, far: float, near: float, close: float) -> None:
    """One bay of the vault between two arches, with its floor and its two stalls."""

    def shade(colour):
        return mix("#f3dcae", colour, 0.16 + 0.84 * close**0.75)

    def arch(z, half, spring):
        (x, y), reach = eye(0, spring, z), half * eye.lens / z
        return [eye(-half, -0.02, z), *ring(x, y, reach, reach * 0.78, 180, 360, 24), eye(half, -0.02, z)]

    outer, inner = arch(near, 3.3, 3.4), arch(far, 3.3, 3.4)
    c.poly([*outer, *reversed(inner)], shade("#9b7a55"))
    c.poly([*outer[1:13], *reversed(inner[1:13])], shade("#86684a"))
    c.poly(eye.strip((-3.3, 0), (3.3, 0), far, near), shade("#a58a66"))
    c.poly(eye.strip((-1.2, 0), (1.2, 0), far, near), shade("#b99d76"))
    for side in (-1, 1):
        _stall(c, eye, side, far, near, shade)
    rib = arch(near, 3.02, 3.4)
    c.poly([*outer, *reversed(rib)], shade("#6f5439"))


def _stall(c: Canvas, eye: Eye, side: int, far: float, near: float, shade) -> None:
    back, front = far - (far - near) * 0.1, far - (far - near) * 0.8
    fruit = shade(c.rng.choice(("#c46a3a", "#7d9a4f", "#b8483f", "#d9b04f", "#8c5a6e")))
    cloth = c.rng.choice(("#8e3f38", "#2f5f52", "#b88a3e", "#40566e"))
    c.poly(eye.strip((side * 3.2, 2.3), (side * 3.2, 0.1), back, front), shade("#3b2a20"))
    for i in range(3):
        z = back + (front - back) * (i + 0.5) / 3
        _crate(c, *eye(side * 2.55, 1.08, z), 0.4 * eye.lens / z, fruit, shade("#c39a66"))
    edge = [eye(side * 2, 1, back), eye(side * 2, 1, front), eye(side * 3.2, 1, front)]
    c.poly(eye.strip((side * 2, 1), (side * 2, 0), back, front), shade("#6f4e34"))
    c.poly([*edge[1:], eye(side * 3.2, 0, front), eye(side * 2, 0, front)], shade("#5a3e29"))
    c.line(edge, shade("#9a754f"), 30 / front)
    for i in range(6):
        z0, z1 = (back + (front - back) * t / 6 for t in (i, i + 1))
        stripe = shade(cloth if i % 2 else "#e6d6b4")
        c.poly(eye.strip((side * 3.25, 3.05), (side * 1.8, 2.12), z0, z1), stripe)
        c.poly(eye.strip((side * 1.8, 2.12), (side * 1.8, 1.9), z0, z1), mix(stripe, "#2a1c14", 0.14))
    if near < 9:
        x, y = eye(side * 1.1, 3.2, front)
        c.line([(x, y - 400 / near), (x, y)], shade("#3b2a20"), 1.5)
        c.glow(x, y + 80 / near, 420 / near, "#ffdf9a", 0.7)
        c.oval(x, y + 80 / near, 50 / near, 84 / near, "#f7cf7c")


def _crate(c: Canvas, x: float, y: float, r: float, fruit: str, wood: str) -> None:
    """A crate piled with fruit."""
    for row, count in enumerate((5, 4, 3)):
        for i in range(count):
            px, py = x + (i - (count - 1) / 2) * r * 0.42, y - r * (0.1 + row * 0.26)
            c.disc(px, py, r * 0.25, mix(fruit, "#fff3d2", 0.18 * ((i + row) % 2)))
            c.disc(px - r * 0.07, py - r * 0.07, r * 0.09, "#ffffff38")
    c.rect(x - r * 1.12, y - r * 0.1, r * 2.24, r * 0.7, wood)
    for lift in (0.1, 0.36):
        c.rect(x - r * 1.12, y + r * lift, r * 2.24, r * 0.05, mix(wood, "#2a1c14", 0.3))
