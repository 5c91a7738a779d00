import pytest

from publishing.slugs import slugify


@pytest.mark.parametrize(
    ("language", "title", "slug"),
    [
        ("en", "What’s next? 12 points, one plan", "whats-next-12-points-one-plan"),
        ("tr", "Işık, İstanbul’da ÇÖĞÜŞ", "isik-istanbulda-cogus"),
        ("ku", "Çiyayên jorîn û gêj", "ciyayen-jorin-u-gej"),
        ("ar", "خُطّةُ العـودةِ: «أوّل» الطريق؟", "خطة-العودة-أول-الطريق"),
        ("en", "…", ""),
        ("en", "word " * 40, "-".join(["word"] * 16)),
    ],
)
def test_words_of_an_address_are_the_languages_own(language, title, slug):
    assert slugify(title, language) == slug
