"""The synonyms that a new site begins with."""

from search.seed_synonyms import SYNONYMS


def spellings(language):
    return [spelling for code, term, equivalents in SYNONYMS if code == language for spelling in [term, *equivalents]]


def group(language, word):
    return next(
        {term, *equivalents}
        for code, term, equivalents in SYNONYMS
        if code == language and word in [term, *equivalents]
    )


def test_each_spelling_stands_in_one_row_of_its_language():
    for language in ["ar", "ku", "tr", "en"]:
        found = spellings(language)
        assert found
        assert len(found) == len(set(found))


def test_no_spelling_is_longer_than_four_words_or_than_its_field():
    for language in ["ar", "ku", "tr", "en"]:
        assert [one for one in spellings(language) if len(one.split()) > 4 or len(one) > 60] == []


def test_the_months_have_their_other_names():
    assert group("ar", "يناير") == {"كانون الثاني", "يناير"}
    assert {"Rezber", "Îlon"} <= group("ku", "Îlon")
    assert len([word for word in spellings("ar") if "تشرين" in word or "كانون" in word]) == 4


def test_a_place_is_found_by_each_of_its_names():
    assert "عين العرب" in group("ar", "كوباني")
    assert "Aleppo" in group("en", "Halab")
    assert "Tel Abyad" in group("tr", "Girê Spî")
    assert "Diyarbekir" in group("ku", "Amed")
