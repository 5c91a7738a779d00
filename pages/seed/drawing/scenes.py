"""The demonstration site's scenes, by the name of their subject."""

from collections.abc import Callable

from PIL import Image

from pages.seed.drawing import assembly, land, places, rooms, town, water
from pages.seed.drawing.canvas import Canvas

SCENES: dict[str, Callable[[Canvas], None]] = {
    "hall": assembly.hall,
    "podium": assembly.podium,
    "microphones": assembly.microphones,
    "council-room": assembly.council_room,
    "city": town.city,
    "old-city": town.old_city,
    "night": town.night,
    "market": town.market,
    "bridge": water.bridge,
    "road": land.road,
    "river": water.river,
    "lake": water.lake,
    "well": water.well,
    "coast": water.coast,
    "harbour": water.harbour,
    "fields": land.fields,
    "wheat": land.wheat,
    "orchard": land.orchard,
    "garden": places.garden,
    "dawn": land.dawn,
    "mountain": land.mountain,
    "snow": land.snow,
    "dust": land.dust,
    "tents": places.tents,
    "school": rooms.school,
    "clinic": rooms.clinic,
    "library": rooms.library,
    "workshop": rooms.workshop,
    "stadium": places.stadium,
    "bakery": rooms.bakery,
}


def draw_scene(key: str, size: tuple[int, int] = (1600, 1067)) -> Image.Image:
    """The scene named ``key``, the same picture every time; raises ``KeyError`` for an unknown name."""
    canvas = Canvas(size, seed=key)
    SCENES[key](canvas)
    return canvas.finish()
