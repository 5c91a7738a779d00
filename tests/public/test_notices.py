"""What readers are told of a text besides itself: corrections, retractions, translations that are being revised."""

import pytest

from publishing import workflow
from publishing.models import Version
from tests.builders import make_article, make_body, make_page, make_person, publish, write

pytestmark = pytest.mark.django_db

MAKERS = [make_article, make_page, make_body, make_person]


def read(client, item, language="ar", status=200):
    edition = item.editions.get(language=language)
    response = client.get(edition.get_absolute_url())
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("make", MAKERS)
def test_readers_see_a_correction_with_its_time_and_no_silent_change(client, make):
    item = publish(make(), "ar")
    write(item, "ar", standfirst="<b>عشرة</b>")
    workflow.publish(item, language="ar", by=None, change=workflow.SILENT)
    assert "notice" not in read(client, item)

    write(item, "ar", standfirst="اثنا عشر")
    workflow.publish(item, language="ar", by=None, change=Version.Kind.CORRECTION, public_note="كان الرقم <i>خاطئاً</i>")

    page = read(client, item)
    assert "تصحيح" in page
    assert "كان الرقم &lt;i&gt;خاطئاً&lt;/i&gt;" in page
    assert page.index("notice") < page.index("اثنا عشر") or page.index("<h1") < page.index("notice")


@pytest.mark.parametrize("make", MAKERS)
def test_a_retracted_page_keeps_its_address_and_says_why(client, make):
    item = publish(make(body_ar="<p>كلام غير صحيح</p>"), "ar", "tr")
    workflow.retract(item, language="ar", by=None, note="لم يصح الخبر")

    page = read(client, item)
    assert "لم يصح الخبر" in page
    assert "كلام غير صحيح" not in page


def test_a_retracted_article_stands_in_no_list_and_is_offered_in_no_other_language(client):
    article = publish(make_article(title_ar="خبر مسحوب", title_tr="Haber"), "ar", "tr")
    workflow.retract(article, language="ar", by=None, note="لم يصح")

    assert "خبر مسحوب" not in client.get("/ar/").content.decode()
    assert "خبر مسحوب" not in client.get(article.category.get_absolute_url("ar")).content.decode()
    assert article.editions.get(language="ar").get_absolute_url() not in read(client, article, "tr")


def test_a_translation_says_that_it_is_being_updated_after_its_source_was_corrected(client):
    article = publish(make_article(title_ar="عشرة", title_tr="On", source_language="ar"), "ar", "tr")
    write(article, "ar", title="اثنا عشر")
    workflow.publish(article, language="ar", by=None, change=Version.Kind.CORRECTION, public_note="خطأ")

    assert "Bu sayfa güncelleniyor" in read(client, article, "tr")
    workflow.mark_current(article, language="tr", by=None)
    assert "Bu sayfa güncelleniyor" not in read(client, article, "tr")


def test_words_that_were_only_saved_lead_nowhere(client):
    body = publish(make_body(title_en="Council", slug_en="council"), "en")
    write(body, "en", slug="secret-plan")
    assert client.get("/en/structure/secret-plan/").status_code == 404
