import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.one_database

MAKEFILE = Path(settings.BASE_DIR) / "Makefile"
PINNED = re.compile(r"[A-Za-z0-9_.-]+(\[[a-z0-9,]+\])?==\d+(\.\d+)*(\.post\d+)?")


def make(*arguments):
    return subprocess.run(["make", "-C", settings.BASE_DIR, *arguments], capture_output=True, text=True, timeout=60)


def test_make_alone_prints_every_target_with_its_purpose():
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE.read_text(), re.MULTILINE)[1].split()
    output = make().stdout
    listed = re.findall(r"^  make ([a-z]+) +\S", output, re.MULTILINE)
    assert listed == phony


def test_make_says_what_to_do_without_a_usable_python(tmp_path):
    done = make("setup", "PYTHON=false", f"VENV={tmp_path}/venv")
    assert done.returncode != 0
    assert "make PYTHON=" in done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-s3.txt",
        "requirements-opensearch.txt",
        "requirements-dev.txt",
        "requirements-audit.txt",
    ],
)
def test_every_requirement_is_pinned_exactly(name):
    lines = (MAKEFILE.parent / name).read_text().splitlines()
    requirements = [line for line in lines if line and not line.startswith(("#", "-r "))]
    assert [line for line in requirements if not PINNED.fullmatch(line)] == []
