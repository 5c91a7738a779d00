"""
What pictures cost: processor time and memory of the sandbox, and bytes per width against the ceilings.

    python benchmarks/pictures.py FOLDER

FOLDER has photographs. Public-domain ones come with scikit-image:

    pip download --no-deps scikit-image==0.26.0 && unzip scikit_image*.whl "skimage/data/*"

The first one is blown up, with noise for detail, to the sizes that cameras and telephones write.
"""

import logging
import os
import resource
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings.dev")

import django  # noqa: E402
import pillow_heif  # noqa: E402
from PIL import Image, ImageChops  # noqa: E402

from media_library import imaging, sandbox  # noqa: E402
from media_library.formats import Refused  # noqa: E402

MEGABYTE = 1024 * 1024
# Words, width, height, mode, format and how it is saved.
LARGE = [
    ("12 MP JPEG", 4032, 3024, "RGB", "JPEG", {"quality": 90}),
    ("50 MP JPEG", 8660, 5773, "RGB", "JPEG", {"quality": 85}),
    ("50 MP JPEG, progressive", 8660, 5773, "RGB", "JPEG", {"quality": 80, "progressive": True}),
    ("50 MP PNG with transparency", 8660, 5773, "RGBA", "PNG", {"compress_level": 1}),
    ("25 MP WebP", 6124, 4082, "RGB", "WEBP", {"quality": 80, "method": 0}),
    ("25 MP WebP with transparency", 6124, 4082, "RGBA", "WEBP", {"quality": 80, "method": 0}),
    ("25 MP AVIF", 6124, 4082, "RGB", "AVIF", {"quality": 60, "speed": 10}),
    ("25 MP AVIF with transparency", 6124, 4082, "RGBA", "AVIF", {"quality": 60, "speed": 10}),
    ("48 MP HEIC, as telephones tile it", 8064, 6048, "RGB", "HEIF", {"quality": 50, "tile_size": 512}),
]


def main(folder):
    django.setup()
    pillow_heif.register_heif_opener()
    runs = _Runs()
    logger = logging.getLogger("media_library.sandbox")
    logger.handlers, logger.propagate = [runs], False
    logger.setLevel(logging.INFO)
    photographs = [path for path in sorted(folder.iterdir()) if path.suffix in {".jpg", ".jpeg", ".png"}]
    for words, width, height, mode, kind, options in LARGE:
        with tempfile.TemporaryDirectory() as place:
            blown_up(photographs[0], width, height, mode).save(Path(place) / "input", kind, **options)
            measure(words, Path(place), runs)
    for photograph in photographs:
        weigh(photograph)


class _Runs(logging.Handler):
    """Keeps what the sandbox logs of its last run."""

    def emit(self, record):
        if record.msg.startswith("sandbox.ran"):
            self.last = record.args


def blown_up(photograph, width, height, mode):
    image = Image.open(photograph).convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
    image = ImageChops.add(image, Image.effect_noise((width, height), 8).convert("RGB"), 1, -128)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize((width, height)))
    return image


def measure(words, folder, runs):
    """Says what both encodings cost, each in a sandbox of its own as the jobs do it."""
    for encoding in imaging.ENCODINGS:
        begin = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            facts = {"encodings": [encoding], "focal_x": 50, "focal_y": 40}
            count = len(sandbox.run("media_library.decoding:prepare", folder, **facts)["renditions"])
        except Refused as refused:
            count = refused.code
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime
        idle, peak = (size // MEGABYTE for size in runs.last[3:5])
        say(f"{words}: {encoding} {count} files, {seconds:.1f} s CPU, peak {peak} MB ({peak - idle} above idle)")


def weigh(photograph):
    """Says the heaviest file of each width, in part of its ceiling."""
    image = Image.open(photograph).convert("RGB")
    if image.width < 1280:
        image = image.resize((1280, round(image.height * 1280 / image.width)), Image.Resampling.LANCZOS)
    for encoding in imaging.ENCODINGS:
        heaviest = {}
        for _ratio, drawn, data in imaging.draw(image, encoding, 50, 40):
            heaviest[drawn.width] = max(heaviest.get(drawn.width, 0), len(data))
        parts = ", ".join(
            f"{width}: {size} B, {size * 100 // imaging.ceiling_of(width)} %"
            for width, size in sorted(heaviest.items())
        )
        say(f"{photograph.name} {encoding}: {parts}")


def say(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
