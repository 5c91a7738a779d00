import pytest

from pages.seed.content import Content, SeedError, Table


def test_read_names_the_file_when_it_is_missing(tmp_path):
    with pytest.raises(SeedError, match="people.toml: there is no such file"):
        Content(tmp_path).read("people.toml")


def test_read_names_the_file_when_it_cannot_be_parsed(tmp_path):
    (tmp_path / "tags.toml").write_text("[water\n")
    with pytest.raises(SeedError, match="tags.toml: "):
        Content(tmp_path).read("tags.toml")


def test_missing_field_is_told_with_file_and_place(tmp_path):
    (tmp_path / "people.toml").write_text('[[people]]\nkey = "a"\n[[people]]\nkey = "b"\n')
    second = Content(tmp_path).read("people.toml")["people"][1]
    with pytest.raises(SeedError, match="people.toml, people 2: “gender” is missing."):
        second["gender"]


def test_in_all_languages_refuses_a_missing_language():
    table = Table({"name": {"en": "Water", "ar": "ماء", "tr": "Su"}}, "tags.toml")
    with pytest.raises(SeedError, match="tags.toml, name: “ku” is missing."):
        table.in_all_languages("name")


def test_in_its_languages_takes_what_there_is():
    table = Table({"label": {"ar": "ماء"}}, "structure.toml")
    assert table.in_its_languages("label", "text") == {"label_ar": "ماء"}
