"""
What the Nu HTML checker says of every page type (https://validator.github.io/validator/).

It needs Java, and `VNU_JAR` to name the checker's file, which the npm package `vnu-jar` brings.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from publishing.languages import language_codes
from tests.contracts.site import Site

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def checker():
    jar = Path(os.environ.get("VNU_JAR", "vnu.jar"))
    if shutil.which("java") and jar.exists():
        return ["java", "-Xss4m", "-jar", str(jar), "--format", "json", "--errors-only", "--exit-zero-always"]
    if os.environ.get("CI"):
        pytest.fail("The HTML checker is not there (Java, VNU_JAR), and CI skips nothing.")
    pytest.skip("The HTML checker is not there (install Java, set VNU_JAR to vnu.jar of the npm package vnu-jar)")


def test_every_page_type_is_valid_html(client, checker, tmp_path):
    site, files = Site(), []
    for language in language_codes():
        for name, address in site.addresses(language).items():
            files += [
                _write(tmp_path / f"{language}-{name}.html", client.get(address)),
                _write(tmp_path / f"{language}-{name}-lite.html", client.get(address, headers={"Save-Data": "on"})),
            ]
        files.append(_write(tmp_path / f"{language}-404.html", client.get(f"/{language}/nothing-here/")))
    done = subprocess.run([*checker, *files], capture_output=True, text=True, timeout=300)
    messages = json.loads(done.stderr or done.stdout)["messages"]
    found = {f"{message['message']}: {message.get('extract', '').strip()}" for message in messages}
    assert not found, f"{len(messages)} errors\n" + "\n".join(sorted(found)[:40])


def _write(path, response):
    path.write_bytes(response.content)
    return str(path)
