"""The demonstration site's pictures, drawn by code.

Scenes, portraits, bar charts and documents are made from their arguments alone: the same call
always gives the same result. Nothing is read but the site's fonts, and nothing is written.
"""

from pages.seed.drawing.graphics import draw_bars, draw_document
from pages.seed.drawing.lettering import FONTS
from pages.seed.drawing.portraits import draw_portrait
from pages.seed.drawing.scenes import SCENES, draw_scene

__all__ = ["FONTS", "SCENES", "draw_bars", "draw_document", "draw_portrait", "draw_scene"]
