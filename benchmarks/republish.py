"""
Publishes one article anew, every so many seconds for so many seconds: for `flood.py`.

Prints its address, and after each change the time (`time.monotonic`) and the version, whose number is its standfirst.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import django  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings.dev")
django.setup()

from articles.models import Article  # noqa: E402
from publishing import workflow  # noqa: E402

LANGUAGE = "en"


def main():
    every, seconds = map(float, sys.argv[1:])
    article = Article.objects.order_by("-pk").first()
    edition = publish(article, 1)
    tell(edition.get_absolute_url())
    end, version = time.monotonic() + seconds, 1
    while time.monotonic() < end:
        time.sleep(every)
        version += 1
        publish(article, version)
        tell(f"{time.monotonic()} {version}")


def publish(article, version):
    article.standfirst_en = f"Version {version}"
    article.save()
    workflow.record_save(article, language=LANGUAGE, by=None)
    return workflow.publish(article, language=LANGUAGE, by=None)


def tell(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
