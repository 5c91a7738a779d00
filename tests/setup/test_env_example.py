import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.one_database

READ = re.compile(r"""\benv(?:\.\w+)?\(\s*"([A-Z0-9_]+)\"""")


def test_env_example_lists_every_name_that_the_settings_read():
    sources = (Path(settings.BASE_DIR) / "newsroom" / "settings").glob("*.py")
    read = {name for source in sources for name in READ.findall(source.read_text())}
    lines = (Path(settings.BASE_DIR) / ".env.example").read_text().splitlines()
    listed = {line.lstrip("# ").partition("=")[0] for line in lines if re.match(r"#? ?[A-Z0-9_]+=", line)}
    assert read - listed == set()
    assert listed - read == set()
