"""What is said of a flood of readers."""

from types import SimpleNamespace

import pytest

from benchmarks import flood

pytestmark = pytest.mark.one_database

# When a version was published, and its number.
CHANGES = [(10.0, 2), (20.0, 3)]


def said(answers, tmp_path, monkeypatch):
    made, lines = tmp_path / "made", []
    made.write_bytes(b"....")
    monkeypatch.setattr(flood, "say", lines.append)
    flood.report((answers, CHANGES), made, SimpleNamespace(nonsense=False))
    return "\n".join(lines)


def test_a_text_is_old_that_was_asked_for_after_a_newer_one_was_there(tmp_path, monkeypatch):
    before = (9.9, 0.002, 200, 1)
    while_it_is_published = (19.9, 0.004, 200, 2)
    old, right, newer = (20.1, 0.002, 200, 2), (20.1, 0.002, 200, 3), (12.0, 0.002, 200, 3)
    text = said([before, while_it_is_published, old, right, newer], tmp_path, monkeypatch)
    assert "5 requests: 0 errors" in text
    assert "1 old texts after 2 changes" in text
    assert "p50 2.0 ms, p99 4.0 ms" in text
    assert "2.00 pages made for each change" in text


def test_another_answer_is_an_error_and_no_old_text(tmp_path, monkeypatch):
    text = said([(21.0, 0.002, 503, 0), (21.0, 0.002, 200, 3)], tmp_path, monkeypatch)
    assert "2 requests: 1 errors" in text
    assert "0 old texts" in text
