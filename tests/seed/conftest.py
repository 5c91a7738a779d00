from pathlib import Path

import pytest
from PIL import Image

from pages.seed import library
from pages.seed.content import Content


@pytest.fixture
def content():
    """A site in miniature: a row or two of everything."""
    return Content(Path(__file__).parent / "content")


@pytest.fixture(autouse=True)
def _plain_drawings(monkeypatch):
    """Pictures of one colour instead of drawn ones, and a PDF without pages."""
    plain = Image.new("RGB", (48, 60), "#3a6b52")
    for name in ("draw_scene", "draw_portrait", "draw_bars"):
        monkeypatch.setattr(library.drawing, name, lambda *args, **options: plain)
    monkeypatch.setattr(library.drawing, "draw_document", lambda *args, **options: b"%PDF-1.4\n%%EOF\n")
