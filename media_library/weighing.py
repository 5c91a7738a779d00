"""What `desk.weight` asks of files and of low-data pages: the desk may import neither."""

from delivery import display
from media_library.models import Rendition


def sizes_of(paths):
    """Path → bytes, for those public files that are pictures of ours. One query; no storage is asked."""
    return dict(Rendition.objects.filter(path__in=paths).values_list("path", "size"))


def pages_for(*, is_lite):
    """Within it, pages are made for readers who save data, or for those who do not, whatever who asks has chosen."""
    return display.shown_as(display.Display(data="lite" if is_lite else "full"))
