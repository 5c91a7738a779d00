"""The page of an article, in each of its formats and languages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.beside import beside
from publishing import workflow
from tests.builders import (
    in_all_languages,
    make_album,
    make_article,
    make_byline,
    make_category,
    make_document,
    make_infographic,
    make_picture,
    make_tag,
    make_video,
    publish,
    publish_at,
)

pytestmark = pytest.mark.django_db


def page_of(client, article, language="en"):
    response = client.get(article.editions.get(language=language).get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_readers_see_the_published_words_and_no_later_edit(client):
    article = publish(make_article(title_en="As published", source_en="The council"), "en")
    article.title_en, article.source_en = "Edited since", "Somebody"
    article.save()
    page = page_of(client, article)
    assert "As published" in page
    assert "The council" in page
    assert "Edited since" not in page


def test_a_scheduled_change_is_seen_from_its_time_on_even_if_no_job_ran(client):
    article = publish(make_article(title_en="Before"), "en")
    article.title_en = "After"
    article.save()
    workflow.schedule(article, language="en", by=None, at=timezone.now() + timedelta(minutes=5))
    assert "Before" in page_of(client, article)
    article.editions.update(upcoming_at=timezone.now() - timedelta(seconds=1))
    assert "After" in page_of(client, article)


def test_an_update_is_named_only_when_it_came_much_later(client):
    article = make_article()
    publish_at(article, "en", timezone.now() - timedelta(hours=3))
    assert "Updated" not in page_of(client, article)
    article.editions.update(updated_at=timezone.now() - timedelta(hours=2, minutes=50))
    assert "Updated" not in page_of(client, article)
    article.editions.update(updated_at=timezone.now())
    assert "Updated" in page_of(client, article)


def test_a_language_without_the_article_is_marked_and_leads_to_its_section(client):
    article = publish(make_article(), "en", "ar")
    page = page_of(client, article)
    section = article.category.get_absolute_url("tr")
    assert f'<a href="{section}" lang="tr" hreflang="tr" dir="ltr" class="no">' in page
    assert 'rel="alternate" hreflang="tr"' not in page
    assert 'rel="alternate" hreflang="ar"' in page


def test_a_section_without_a_name_in_a_language_leads_to_the_one_above_it(client):
    above = make_category()
    below = make_category(parent=above, name_tr="")
    article = publish(make_article(category=below), "en")
    assert f'<a href="{above.get_absolute_url("tr")}" lang="tr"' in page_of(client, article)


def test_no_text_of_another_language_stands_on_the_page(client):
    byline, tag = make_byline(name_ku=""), make_tag(name_ku="")
    article = publish(make_article(bylines=[byline], tags=[tag]), "ku", "en")
    page = page_of(client, article, "ku")
    assert "Layla Haddad" not in page
    assert "Topic" not in page


def test_without_files_a_picture_leaves_a_page_of_words(client):
    article = publish(make_article(lead_picture=make_picture()), "en")
    page = page_of(client, article)
    assert "<img" not in page
    assert "<picture" not in page


def test_a_picture_that_only_has_its_jpeg_yet_is_shown(client):
    picture = make_picture(with_renditions=True)
    picture.renditions.filter(encoding="avif").delete()
    page = page_of(client, publish(make_article(lead_picture=picture), "en"))
    assert 'fetchpriority="high"' in page
    assert "<source" not in page


def test_a_video_is_a_link_that_loads_nothing_from_elsewhere(client):
    article = publish(make_article(format="video", video=make_video(transcript_en="<p>What was said</p>")), "en")
    page = page_of(client, article)
    assert 'data-embed="https://www.youtube-nocookie.com/embed/' in page
    assert "<iframe" not in page
    assert "What was said" in page


def test_a_gallery_shows_its_photos_and_each_has_an_address(client):
    picture = make_picture(with_renditions=True)
    page = page_of(client, publish(make_article(format="gallery", album=make_album([picture] * 3)), "en"))
    assert page.count('class="lb"') == 3
    assert 'id="p3"' in page
    assert "Open picture 2 of 3: " in page


def test_an_infographic_has_its_text_version_and_its_largest_picture(client):
    picture = make_picture(with_renditions=True)
    graphic = make_infographic(alternative_en="<p>Forty wells</p>", **dict.fromkeys(["picture_en"], picture))
    page = page_of(client, publish(make_article(format="infographic", infographic=graphic), "en"))
    assert "Forty wells" in page
    largest = picture.renditions.filter(ratio="natural", encoding="jpeg").order_by("-width").first()
    assert f'href="{largest.url}"' in page


def test_a_document_says_what_it_is_and_how_large(client):
    page = page_of(client, publish(make_article(format="document", document=make_document()), "en"))
    assert "<bdi>PDF</bdi>" in page
    assert "bytes</bdi>" in page


def test_a_press_release_says_its_time_zone(client):
    section = make_category(layout="press")
    assert "<bdi>UTC+" in page_of(client, publish(make_article(category=section), "en"))


def test_what_shares_a_topic_is_related_before_what_shares_a_section(client):
    section, tag = make_category(), make_tag()
    near = publish(make_article(category=section, title_en="Same section"), "en")
    like = publish(make_article(tags=[tag], title_en="Same topic"), "en")
    article = publish(make_article(category=section, tags=[tag]), "en")
    around = beside(article.editions.get(language="en"), [tag])
    assert [edition.item_id for edition in around.related] == [like.pk, near.pk]
    assert [edition.item_id for edition in around.latest] == [like.pk, near.pk]


def test_sharing_needs_no_script_and_tells_nobody(client):
    page = page_of(client, publish(make_article(), "en"))
    for host in ("https://wa.me/", "https://t.me/share/"):
        assert f'rel="noopener noreferrer" href="{host}' in page


def test_the_social_card_is_an_absolute_address(client):
    picture = make_picture(with_renditions=True)
    card = picture.renditions.get(ratio="social")
    page = page_of(client, publish(make_article(lead_picture=picture), "en"))
    assert f'property="og:image" content="http://testserver{card.url}"' in page


def test_words_typed_by_staff_are_escaped_everywhere(client):
    sharp = '<b onclick="x">"&'
    texts = {name: value for field in ("title", "standfirst") for name, value in
             in_all_languages(field, dict.fromkeys(("en", "ar", "tr", "ku"), sharp)).items()}  # fmt: skip
    page = page_of(client, publish(make_article(source_en=sharp, **texts), "en"))
    assert "<b onclick" not in page
