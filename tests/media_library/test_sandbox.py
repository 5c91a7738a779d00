"""Decoders of files of others: confined in memory and time, and whatever they do harms nobody else."""

import tempfile
import threading
import time

import pytest
from django.core.files.base import ContentFile

from media_library import sandbox
from media_library.formats import Refused
from media_library.models import Upload

pytestmark = pytest.mark.one_database

MEGABYTE = 1024 * 1024


def run(function, folder, **facts):
    return sandbox.run(f"tests.media_library.sandboxed:{function}", folder, **facts)


def test_a_function_gets_its_folder_and_facts_and_next_to_nothing_else(tmp_path):
    (tmp_path / "input").write_bytes(b"x")

    found = run("look_around", tmp_path, name="صورة")

    assert found["files"] == ["input"]
    assert found["facts"] == {"name": "صورة"}
    assert not found["django"]
    assert {"SECRET_KEY", "DATABASE_URL", "HOME"} & set(found["names"]) == set()


def test_memory_is_limited_above_what_the_process_needs_anyway(tmp_path, settings):
    settings.NEWSROOM_DECODER_MAX_MEMORY = 100 * MEGABYTE
    assert run("eat_memory", tmp_path, size=80 * MEGABYTE) == 80 * MEGABYTE
    with pytest.raises(Refused) as caught:
        run("eat_memory", tmp_path, size=120 * MEGABYTE)
    assert caught.value.code == "too_heavy"


@pytest.mark.parametrize("function", ["think_for_ever", "sleep_for_ever"])
def test_what_takes_too_long_is_ended(function, tmp_path):
    with pytest.raises(Refused) as caught:
        run(function, tmp_path, seconds=1)
    assert caught.value.code == "too_heavy"


@pytest.mark.parametrize("function", ["crash", "stumble"])
def test_a_decoder_that_falls_over_says_that_the_file_is_damaged(function, tmp_path):
    with pytest.raises(Refused) as caught:
        run(function, tmp_path, damaged="damaged")
    assert caught.value.code == "damaged"


def test_a_refusal_comes_through_with_its_facts(tmp_path):
    with pytest.raises(Refused) as caught:
        run("refuse", tmp_path)
    assert (caught.value.code, caught.value.facts) == ("animated", {"frames": 2})


def test_there_are_never_more_decoders_at_once_than_set(tmp_path, settings):
    settings.NEWSROOM_DECODERS = 1
    inside, most = [], []

    def work():
        with sandbox._slot():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.05)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1]


def test_a_workplace_has_the_file_and_is_gone_afterwards(tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    upload = Upload()
    upload.file.save("a.jpg", ContentFile(b"picture"), save=False)

    with pytest.raises(RuntimeError), sandbox.workplace(upload.file) as folder:
        assert (folder / "input").read_bytes() == b"picture"
        raise RuntimeError

    assert list(temporary.iterdir()) == []
