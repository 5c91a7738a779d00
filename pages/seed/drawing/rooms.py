"""Scenes of learning, care and work indoors."""

from pages.seed.drawing.canvas import (
    Canvas,
    arch,
    blob,
    mix,
    numbers,
    ring,
    smooth,
    spin,
    trace,
)
from pages.seed.drawing.motifs import HAIR, SKIN, bust, head, person, window


def school(c: Canvas) -> None:
    """A classroom from the last row: teacher, blackboard, raised hands."""
    c.rect(-300, -100, 1800, 620, ("#efe5cc", "#e2d3b2"))
    c.rect(-300, 400, 1800, 130, "#a9bca4")
    c.rect(-300, 394, 1800, 9, "#8aa088")
    _blackboard(c)
    window(c, 990, 84, 230, 270)
    _wall_map(c, 40, 110)
    c.poly(trace("-300,520 1500,520 1500,900 -300,900"), ("#c9a77c", "#a98457"))
    c.rect(820, 420, 150, 12, "#8a6240", 3)
    for x in (832, 948):
        c.rect(x, 430, 10, 104, "#6f4d31")
    c.disc(925, 386, 26, "#5f93a8")
    c.poly(blob("908,372 926,364 934,380 922,396 906,388"), "#8fae6b")
    c.line([(925, 412), (925, 420)], "#6f4d31", 6)
    for i, colour in enumerate(("#a5473a", "#3f6f86", "#b88a3e")):
        c.rect(842 - i * 2, 411 - i * 9, 48 + i * 3, 9, colour, 2)
    person(c, 720, 560, 290, "#5b7a6c", "#3a3f4d", "#c99a78", "#2b2320", "#d6cfc0")
    for row, (y, size, gap) in enumerate(((610, 74, 190), (690, 98, 240), (800, 132, 330))):
        for i in range(-4, 5):
            x = 600 + (i + (0 if row != 1 else 0.5)) * gap
            _pupil(c, x, y, size, hand=(row, i) in ((0, -2), (1, 1), (0, 1)))


def _blackboard(c: Canvas) -> None:
    c.rect(318, 92, 564, 272, "#8a6240", 5)
    c.rect(330, 104, 540, 248, ("#2f5246", "#274639"))
    chalk = "#eef0e4c8"
    c.line(trace("400,300 400,160 560,300 400,300"), chalk, 3)
    c.line([(400, 282), (418, 282), (418, 300)], chalk, 2)
    c.line(ring(500, 170, 34, 34), chalk, 3)
    c.line([(500, 170), (534, 170)], chalk, 2)
    c.line(smooth(trace("596,290 628,220 664,178 704,204 740,270")), "#f3d98ac8", 3)
    c.line([(590, 300), (760, 300)], chalk, 2.4)
    c.line([(600, 310), (600, 150)], chalk, 2.4)
    c.rect(330, 354, 540, 10, "#a97d53")
    for x, colour in ((420, "#f6f3ea"), (446, "#f3d98a"), (780, "#e0a08a")):
        c.rect(x, 349, 20, 6, colour, 2)


def _wall_map(c: Canvas, x: float, y: float) -> None:
    c.rect(x - 8, y - 6, 216, 8, "#6f4d31")
    c.rect(x, y, 200, 220, ("#dfe9e2", "#cfdfdc"))
    c.rect(x - 8, y + 218, 216, 8, "#6f4d31")
    land = trace("30,60 80,30 150,40 176,90 160,140 110,130 90,180 46,170 24,120", x, y)
    c.poly(smooth(land, closed=True), "#d9c27e")
    c.poly(blob("60,66 110,50 140,84 104,112 66,104", x, y), "#a9ba78")
    c.line(smooth(trace("150,48 118,84 132,118 100,150", x, y)), "#5f93a8", 3)


def _pupil(c: Canvas, x: float, y: float, size: float, hand: bool) -> None:
    coat = c.rng.choice(("#4f6f86", "#a5604a", "#6d8a5f", "#b8924e", "#7a6286", "#4a7a74"))
    skin, girl = c.rng.choice(SKIN), c.rng.random() < 0.5
    if hand:
        c.limb(trace("0.36,-0.1 0.56,-1", x, y, size), coat, size * 0.26, size * 0.17)
        c.limb(trace("0.55,-0.96 0.58,-1.16", x, y, size), skin, size * 0.12, size * 0.1)
        c.disc(x + size * 0.58, y - size * 1.2, size * 0.11, skin)
    c.rect(x - size * 0.9, y - size * 0.42, size * 1.8, size * 0.14, "#b98d5f", 3)
    hair = c.rng.choice(HAIR[:4])
    bust(c, x, y + size * 0.1, size, coat, skin, hair)
    if girl:
        c.limb([(x, y - size * 0.72), (x, y - size * 0.2)], hair, size * 0.2, size * 0.08)
    c.rect(x - size * 0.4, y - size * 0.26, size * 0.8, size * 0.42, ("#a97d53", "#8a6240"), size * 0.06)
    for side in (-1, 1):
        c.rect(x + side * size * 0.32 - size * 0.03, y + size * 0.1, size * 0.06, size * 0.5, "#6f4d31")


def clinic(c: Canvas) -> None:
    """A consulting room: the doctor listens to a child on the couch."""
    c.rect(-300, -100, 1800, 680, ("#dfeae6", "#c9dcd6"))
    c.rect(-300, 330, 1800, 250, "#a9c6be")
    c.rect(-300, 324, 1800, 8, "#8fb0a7")
    c.rect(-300, 570, 1800, 330, ("#d3c9b6", "#b5a890"))
    c.rect(-300, 560, 1800, 14, "#eef3f0")
    window(c, 470, 60, 250, 210)
    _cabinet(c, 60, 130)
    _clock(c, 360, 160)
    _screen(c)
    _couch(c)
    _child(c, 690, 470)
    _doctor(c, 440, 720)
    _drip(c, 985, 700)


def _cabinet(c: Canvas, x: float, y: float) -> None:
    c.rect(x, y, 190, 430, "#f3f6f3", 6)
    c.rect(x + 12, y + 84, 166, 190, "#bcd3d3")
    for shelf in (140, 205, 270):
        c.rect(x + 12, y + shelf, 166, 6, "#f3f6f3")
        for i in range(5):
            high = c.rng.uniform(22, 42)
            label = c.rng.choice(("#5f93a8", "#c98a5a", "#f7f7f2", "#6d9a7c", "#a5604a"))
            c.rect(x + 22 + i * 31, y + shelf - high, 20, high, label, 4)
    c.rect(x + 92, y + 84, 5, 190, "#f3f6f3")
    for top in (292, 358):
        c.rect(x + 14, y + top, 162, 56, "#dfe8e4", 4)
        c.rect(x + 80, y + top + 24, 30, 6, "#8fa8a2", 3)
    c.rect(x + 81, y + 16, 28, 54, "#2f7d5d")
    c.rect(x + 68, y + 29, 54, 28, "#2f7d5d")


def _clock(c: Canvas, x: float, y: float) -> None:
    c.disc(x, y, 46, "#5d7d76")
    c.disc(x, y, 40, "#fbfbf7")
    for i in range(12):
        inner, outer = ring(x, y, 31, 31, i * 30, 0, 1)[0], ring(x, y, 36, 36, i * 30, 0, 1)[0]
        c.line([inner, outer], "#5d7d76", 2.4)
    c.line([(x, y), (x - 17, y - 12)], "#2b3b38", 4.4)
    c.line([(x, y), (x + 14, y - 27)], "#2b3b38", 3)


def _screen(c: Canvas) -> None:
    for i in range(3):
        x = 1010 + i * 92
        c.rect(x, 170, 92, 410, ("#c4dad3", "#a3c2b9") if i % 2 else ("#d6e6e0", "#b5cfc7"))
        c.line([(x, 160), (x, 600)], "#7d918c", 5)
    c.line([(1010, 166), (1290, 166)], "#7d918c", 5)


def _couch(c: Canvas) -> None:
    c.oval(770, 706, 280, 18, "#00000026")
    for x in (560, 960):
        c.line([(x, 560), (x, 700)], "#8a9896", 9)
    c.line([(560, 640), (960, 640)], "#8a9896", 6)
    c.rect(524, 506, 480, 54, ("#4f8577", "#3b6a5e"), 12)
    c.poly(trace("880,512 990,420 1022,440 1000,512"), "#5b9384")
    c.rect(540, 500, 360, 12, "#f4f6f2", 5)


def _child(c: Canvas, x: float, y: float) -> None:
    for side in (0, 34):
        c.limb(smooth(trace("-6,26 -44,40 -46,124", x + side, y)), "#5b6f8a", 36, 24)
        c.oval(x - 56 + side, y + 130, 20, 10, "#a5473a")
    c.poly(blob("-34,-70 0,-92 38,-70 44,40 -34,40", x, y), "#d9a652")
    c.limb(smooth([(x + 34, y - 62), (x + 54, y - 10), (x + 34, y + 32)], steps=6), "#c4913f", 26, 18)
    c.disc(x + 32, y + 36, 11, "#c99a78")
    head(c, x, y - 122, 40, "#c99a78", "#3a2c25")


def _doctor(c: Canvas, x: float, y: float) -> None:
    c.oval(x + 10, y, 110, 12, "#00000030")
    for side in (-1, 1):
        c.limb([(x + side * 30, y - 180), (x + side * 34, y - 8)], "#4a5a66", 46, 34)
        c.oval(x + side * 38, y - 4, 30, 11, "#2b3236")
    coat = blob("-26,-440 26,-440 80,-412 86,-300 84,-130 -84,-130 -86,-300 -80,-412", x, y)
    c.poly(coat, ("#fdfdf9", "#dde6e2"))
    c.poly([(x - 26, y - 444), (x + 26, y - 444), (x, y - 360)], "#6d9ab0")
    c.line([(x, y - 360), (x, y - 130)], "#c3d0cb", 3)
    for side in (-1, 1):
        c.poly([(x + side * 24, y - 446), (x + side * 42, y - 420), (x, y - 356)], "#eef3ef")
        c.rect(x + side * 46 - 24, y - 220, 48, 42, "#e9efeb", 4)
    c.limb(smooth([(x - 74, y - 406), (x - 104, y - 310), (x - 78, y - 214)], steps=6), "#e6ece8", 46, 34)
    c.disc(x - 76, y - 208, 18, "#b98563")
    c.limb(smooth([(x + 72, y - 404), (x + 128, y - 340), (x + 214, y - 306)], steps=6), "#f1f5f1", 46, 32)
    c.disc(x + 222, y - 302, 17, "#b98563")
    tube = smooth(trace("-34,-436 -30,-360 30,-330 120,-300 226,-300", x, y))
    c.line(tube, "#37474d", 5)
    c.line(smooth([(x + 34, y - 436), (x + 32, y - 370), (x + 20, y - 334)]), "#37474d", 5)
    c.disc(x + 234, y - 300, 13, "#8a9896")
    c.disc(x + 234, y - 300, 7, "#5d6c6e")
    head(c, x, y - 490, 44, "#b98563", "#2b2320", "#7f9a8d")


def _drip(c: Canvas, x: float, y: float) -> None:
    c.line([(x, y), (x, 190)], "#8a9896", 6)
    c.line([(x - 34, 200), (x + 34, 200)], "#8a9896", 5)
    c.line([(x - 44, y + 4), (x + 44, y + 4)], "#8a9896", 7)
    c.rect(x - 48, 212, 36, 64, ("#f4f8f6", "#bcdcdf"), 8)
    c.line(smooth([(x - 30, 276), (x - 34, 350), (x - 70, 420), (x - 64, 500)]), "#dbe9e8", 3)


def library(c: Canvas) -> None:
    """Shelves to the vault, a ladder, a reading table under its lamps."""
    c.rect(-300, -100, 1800, 800, ("#6d5240", "#8a6a50"))
    c.poly(arch(600, 560, 130, 470), ("#bcd6da", "#e9ecdc", "#f6e8c6"))
    trees = smooth(trace("470,470 540,430 620,462 690,424 730,446"))
    c.poly([(470, 560), *trees, (730, 560)], ("#8fae92", "#a9bd94"))
    for x in (556, 638):
        c.rect(x, 100, 6, 460, "#f0e6d2")
    c.rect(470, 300, 260, 6, "#f0e6d2")
    c.line(arch(600, 560, 134, 474), "#4d382a", 12)
    for x in (-160, 62, 284, 752, 974, 1196):
        _bookcase(c, x, 30, 206, 560)
    c.glow(600, 330, 330, "#fff3d2", 0.4)
    c.rect(-300, 590, 1800, 310, ("#8d6a4c", "#65492f"))
    c.poly(trace("380,592 820,592 1050,830 150,830"), ("#7d3f3a", "#5f2e2c"))
    for side in (0, 40):
        c.line([(958 + side, 610), (896 + side, 90)], "#c39a6b", 8)
    for i in range(12):
        c.line([(956 - i * 5, 584 - i * 42), (996 - i * 5, 584 - i * 42)], "#d3ac7d", 6)
    _reading_table(c)


def _bookcase(c: Canvas, x: float, y: float, width: float, height: float) -> None:
    spines = ("#8a4a3c", "#3f6a5c", "#c09a58", "#4a5f7a", "#6d4a5a", "#a8784e", "#d9ccb0", "#5d6b4a")
    c.rect(x - 8, y - 12, width + 16, height + 12, "#4d382a")
    for shelf in range(7):
        base = y + (shelf + 1) * height / 7 - 8
        c.rect(x, base - height / 7 + 8, width, height / 7 - 8, "#38281e")
        left = x + 3
        while left < x + width - 14:
            wide, high = c.rng.uniform(9, 19), c.rng.uniform(44, 64)
            if c.rng.random() < 0.08:
                left += wide
                continue
            colour = c.rng.choice(spines)
            c.rect(left, base - high, wide - 1.2, high, colour)
            c.rect(left, base - high * 0.8, wide - 1.2, 3, mix(colour, "#f3e3bd", 0.5))
            left += wide
        c.rect(x - 8, base, width + 16, 8, "#6b4e3a")


def _reading_table(c: Canvas) -> None:
    for x, coat, scarf in ((470, "#4f6f7a", "#c9b8a0"), (735, "#7a5a48", "")):
        bust(c, x, 652, 130, coat, "#c99a78", "#2b2320", scarf, behind=False)
    c.oval(600, 800, 420, 26, "#2a1a1055")
    c.poly(trace("250,640 950,640 1020,712 180,712"), ("#b08458", "#99703f"))
    c.rect(180, 710, 840, 22, "#7d5836")
    for x in (214, 960):
        c.rect(x, 730, 26, 90, "#6b4a2e")
    for x in (470, 735):
        for side in (-1, 1):
            page = trace("0,660 62,652 70,684 0,694", x, 0, side, 1)
            c.poly(page, "#f8f3e4" if side < 0 else "#ece4cf")
            for i in range(3):
                c.line([(x + side * 12, 668 + i * 7), (x + side * 54, 663 + i * 7)], "#b8ad94", 1.4)
    for i, (colour, wide) in enumerate((("#8a4a3c", 96), ("#3f6a5c", 84), ("#c09a58", 90))):
        c.rect(850 - i * 4, 672 - i * 16, wide, 16, colour, 2)
    for x in (330, 602):
        c.glow(x, 610, 150, "#ffe6a8", 0.5)
        c.line([(x, 672), (x, 590)], "#b8924e", 6)
        c.oval(x, 674, 30, 7, "#b8924e")
        c.poly([(x - 52, 594), (x + 52, 594), (x + 34, 560), (x - 34, 560)], ("#2f7d5d", "#1f5f46"))


def workshop(c: Canvas) -> None:
    """A joiner at his bench, tools on the wall behind."""
    c.rect(-300, -100, 1800, 720, ("#d8c6a4", "#c4ac82"))
    for i in range(12):
        c.rect(-300, -20 + i * 54, 1800, 2, "#b3986a55")
    window(c, 60, 84, 240, 260)
    c.poly(trace("60,84 300,84 860,640 380,640"), "#fff6da2e")
    _tool_wall(c, 390, 70)
    c.rect(-300, 610, 1800, 290, ("#a98660", "#7d5f40"))
    for x, high in numbers("1108,470 1146,520 1180,430 1080,390"):
        c.poly([(x, 640), (x + 30, 640), (x + 46, 640 - high), (x + 18, 640 - high)], ("#c9a06c", "#9c7342"))
    _joiner(c, 600, 560)
    _bench(c)
    for _ in range(26):
        x, y, turn = c.rng.uniform(240, 1000), c.rng.uniform(768, 806), c.rng.uniform(150, 230)
        c.limb(ring(x, y, c.rng.uniform(9, 20), 6, turn, turn + 150, 8), "#e6cb98", 5, 1)


def _tool_wall(c: Canvas, x: float, y: float) -> None:
    steel, wood = "#7b868a", "#8a5a38"
    c.rect(x, y, 640, 270, ("#8f6f4c", "#7d5f40"), 6)
    c.rect(x + 10, y + 10, 620, 250, "#a3825b", 4)
    c.rect(x + 40, y + 70, 14, 130, wood, 5)
    c.rect(x + 20, y + 44, 60, 28, steel, 4)
    saw = trace("110,60 250,90 250,116 110,128", x, y)
    c.poly(saw, ("#aab4b6", "#8a9598"))
    c.poly(blob("98,56 130,54 128,130 96,134", x, y), wood)
    c.oval(x + 113, y + 94, 8, 18, "#a3825b")
    for i in range(16):
        c.poly(trace("0,0 7,-1 3,5", x + 132 + i * 7.4, y + 127 - i * 0.75), "#8a9598")
    for i in range(5):
        left = x + 290 + i * 32
        c.rect(left, y + 44, 13, 56, (wood, "#a5473a", "#b88a3e", wood, "#3f6f86")[i], 5)
        c.rect(left + 4, y + 98, 5, 62 + i * 7, steel)
    c.line([(x + 500, y + 76), (x + 500, y + 190)], steel, 13)
    c.disc(x + 500, y + 66, 25, steel)
    c.poly(trace("490,36 510,36 507,68 493,68", x, y), "#a3825b")
    c.line([(x + 560, y + 60), (x + 560, y + 180), (x + 614, y + 180)], "#c9a25c", 11)
    for i in range(4):
        c.rect(x + 250 + i * 56, y + 212, 42, 40, ("#8a4a3c", "#4f7a6a", "#c09a58", "#54728c")[i], 4)
        c.rect(x + 252 + i * 56, y + 206, 38, 8, "#d9d3c4", 3)


def _joiner(c: Canvas, x: float, y: float) -> None:
    torso = blob("-36,-206 36,-206 92,-176 86,20 -86,20 -92,-176", x, y)
    c.poly(torso, ("#5f7f8d", "#4a6876"))
    c.poly(trace("-46,-130 46,-130 70,40 -70,40", x, y), ("#b88a52", "#9c703c"))
    for side in (-1, 1):
        c.line([(x + side * 40, y - 128), (x + side * 26, y - 204)], "#a47a45", 9)
    head(c, x, y - 258, 48, "#b98563", "#3a2c25")
    c.poly(ring(x, y - 286, 50, 36, 180, 360), "#54606a")
    c.poly(ring(x + 6, y - 286, 62, 9), "#46525b")
    c.poly(blob("-34,-246 -26,-214 0,-204 26,-214 34,-246 0,-232", x, y), "#3a2c25")


def _bench(c: Canvas) -> None:
    c.oval(600, 790, 420, 20, "#2a1a1044")
    c.rect(190, 566, 820, 40, ("#c99f68", "#a97d4a"), 4)
    for x in (226, 930):
        c.rect(x, 604, 46, 186, ("#8f6740", "#74502f"))
    c.rect(226, 700, 750, 26, "#7d5836")
    c.rect(250, 534, 640, 32, ("#e3c48e", "#cfa86c"), 3)
    for y in (543, 552):
        c.line(smooth([(262, y), (480, y + 4), (700, y - 2), (880, y + 3)]), "#b98d5488", 1.6)
    c.poly(trace("590,534 590,506 618,494 760,500 776,534"), ("#8a5a38", "#6b4228"))
    c.poly(trace("700,498 716,466 734,468 738,500"), "#6b4228")
    c.line(ring(620, 490, 22, 15, 150, 380, 14), "#f0d9a8", 5)
    c.line(ring(646, 476, 17, 12, 120, 400, 14), "#f0d9a8", 4)
    for arm in ("510,396 520,470 610,494", "690,396 742,440 728,478"):
        c.limb(smooth(trace(arm)), "#56757f", 50, 34)
        c.disc(*trace(arm)[-1], 19, "#b98563")
    c.rect(892, 520, 70, 50, ("#6a7478", "#4d565a"), 4)
    c.line([(962, 546), (1020, 546)], "#7b868a", 8)
    c.line([(1016, 522), (1016, 570)], "#8d979a", 6)
    c.rect(330, 730, 150, 60, ("#a5473a", "#83362c"), 4)
    c.line(ring(405, 732, 34, 22, 180, 360, 14), "#5d2821", 6)


def bakery(c: Canvas) -> None:
    """A baker draws flat loaves from a glowing stone oven."""
    c.rect(-300, -100, 1800, 760, ("#a98a6a", "#8d6e50"))
    for row in range(13):
        for i in range(17):
            x, y = -80 + i * 84 + (row % 2) * 42, -10 + row * 52
            stone = c.rng.choice(("#8a6a4a", "#bd9c78", "#94734f"))
            c.rect(x, y, 80, 48, mix("#a98867", stone, c.rng.uniform(0, 0.55)), 5)
    _oven(c, 420, 560)
    c.glow(420, 500, 470, "#ffb861", 0.55)
    _bread_rack(c, 872, 150)
    c.rect(-300, 640, 1800, 300, ("#7b6048", "#553f2e"))
    c.poly(trace("190,640 650,640 800,830 40,830"), "#ffb86130")
    _baker(c, 690, 740)
    _counter(c)


def _oven(c: Canvas, x: float, y: float) -> None:
    c.poly(arch(x, y + 90, 320, 510, 270), ("#c9a984", "#a5835e"))
    for i in range(15):
        a, b = 180.7 + i * 12, 191.3 + i * 12
        block = [*ring(x, y - 90, 240, 220, a, b, 4), *ring(x, y - 90, 186, 166, b, a, 4)]
        c.poly(block, ("#b5694a", "#a35a3e", "#c27a58")[i % 3])
    c.poly(arch(x, y + 10, 184, 264, 164), ("#3a1d12", "#8a3a16", "#e07a28"))
    c.glow(x, y - 20, 190, "#ffd46e", 0.9)
    for i in range(9):
        fx, high = x - 150 + i * 37, c.rng.uniform(46, 118)
        for share, colour in ((1, "#f0913a"), (0.62, "#ffd877")):
            flame = trace("-22,0 -16,-0.5 4,-1 14,-0.45 22,0", fx, y + 4, share, high * share)
            c.poly(smooth(flame), colour)
    for dx in (-104, 0, 104):
        _loaf(c, x + dx, y + 8, 46)
    c.rect(x - 236, y + 14, 472, 26, ("#d9c2a0", "#b89c76"), 4)
    c.rect(x - 210, y + 40, 420, 60, ("#8d6c4e", "#73553b"))


def _loaf(c: Canvas, x: float, y: float, width: float) -> None:
    c.oval(x, y + width * 0.05, width, width * 0.26, "#a3662f")
    c.oval(x, y, width, width * 0.26, "#dca458")
    c.oval(x - width * 0.1, y - width * 0.05, width * 0.72, width * 0.14, "#ecc27e")
    for side in (-0.4, 0.05, 0.45):
        c.oval(x + side * width, y - width * 0.02, width * 0.1, width * 0.035, "#b8793a")


def _bread_rack(c: Canvas, x: float, y: float) -> None:
    c.rect(x - 14, y - 30, 14, 540, "#5d4330")
    c.rect(x + 300, y - 30, 14, 540, "#5d4330")
    for shelf in range(4):
        base = y + 70 + shelf * 112
        c.rect(x, base - 84, 300, 84, "#4a352699")
        for i in range(4):
            for k in range(3 + (i + shelf) % 3):
                _loaf(c, x + 44 + i * 71, base - 9 - k * 13, 34)
        c.rect(x - 6, base, 312, 12, "#8a6646")


def _baker(c: Canvas, x: float, y: float) -> None:
    c.oval(x, y, 110, 12, "#00000040")
    for side in (-1, 1):
        c.limb([(x + side * 32, y - 170), (x + side * 36, y - 6)], "#4a5560", 50, 38)
    torso = blob("-30,-398 30,-398 82,-368 78,-170 -78,-170 -82,-368", x, y)
    c.poly(torso, ("#fbf7ec", "#e4dac4"))
    c.poly(trace("-66,-270 66,-270 80,-90 -80,-90", x, y), ("#7d4a3a", "#66382b"))
    c.line([(x - 66, y - 268), (x + 66, y - 268)], "#5a3024", 6)
    c.line([(x + 130, y - 226), (x - 210, y - 178)], "#c39a6b", 11)
    c.poly(spin(ring(x - 252, y - 172, 66, 15), (x - 252, y - 172), -8), "#d3ac7d")
    _loaf(c, x - 254, y - 180, 48)
    for arm in ("-70,-356 -100,-270 -48,-204", "70,-356 118,-284 84,-222"):
        c.limb(smooth(trace(arm, x, y)), "#f1eadb", 46, 32)
        c.disc(*trace(arm, x, y)[-1], 17, "#b98563")
    head(c, x, y - 448, 44, "#b98563", "#2b2320")
    c.rect(x - 46, y - 500, 92, 30, "#f6f1e4", 6)
    for dx, r in ((-28, 27), (0, 33), (28, 27)):
        c.disc(x + dx, y - 512, r, "#fbf8ee")


def _counter(c: Canvas) -> None:
    c.rect(-300, 742, 1800, 200, ("#a37a52", "#7d5a3a"))
    c.rect(-300, 728, 1800, 20, "#d9b88a")
    for x, layers in ((120, 5), (245, 4), (930, 4), (1060, 6)):
        for k in range(layers):
            _loaf(c, x + (k % 2) * 6, 720 - k * 20, 60)
    c.oval(470, 728, 60, 9, "#f6efdf")
    for dx in (-26, 6, 30):
        c.oval(470 + dx, 716, 24, 15, "#f3e2bd")
