"""Areas of a picture that readers may not see, as geometry: in percent of its width and height."""

import math
from dataclasses import dataclass

from media_library.models import Redaction

# An ellipse is compared by the corners of a polygon around it. A multiple of four: it then fits into its rectangle.
CORNERS = 48
# What is left to the arithmetic, as a part of an area's width.
ALMOST = 1e-6


@dataclass(frozen=True)
class Area:
    """A rectangle or an ellipse, by its left upper corner, its width and its height."""

    shape: str
    left: float
    top: float
    width: float
    height: float

    @classmethod
    def of(cls, redaction):
        return cls(redaction.shape, redaction.left, redaction.top, redaction.width, redaction.height)

    def covers(self, other):
        """Whether nothing of `other` lies outside of it. Both are convex: it is enough to look at the rim."""
        return self == other or all(self._has(x, y) for x, y in other._rim())

    def _has(self, x, y):
        across, down = (x - self.left) / self.width, (y - self.top) / self.height
        if self.shape == Redaction.Shape.RECTANGLE:
            return -ALMOST <= across <= 1 + ALMOST and -ALMOST <= down <= 1 + ALMOST
        return math.hypot(2 * across - 1, 2 * down - 1) <= 1 + ALMOST

    def _rim(self):
        if self.shape == Redaction.Shape.RECTANGLE:
            rows, columns = (self.top, self.top + self.height), (self.left, self.left + self.width)
            return [(x, y) for x in columns for y in rows]
        return list(self._corners_around())

    def _corners_around(self):
        """The corners of a polygon that touches the ellipse from outside."""
        beyond = 1 / math.cos(math.pi / CORNERS)
        for number in range(CORNERS):
            turn = 2 * math.pi * (number + 0.5) / CORNERS
            yield (
                self.left + self.width / 2 * (1 + beyond * math.cos(turn)),
                self.top + self.height / 2 * (1 + beyond * math.sin(turn)),
            )


def uncovers(former, areas):
    """Whether something that `former` hides would be seen again if `areas` were hidden instead."""
    return any(not any(area.covers(old) for area in areas) for old in former)
