"""One site with everything on it, and the address of every page type in every language."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone, translation

from articles.hubs import HUBS
from articles.models import Category
from coalition.models import Body
from pages.models import BreakingLine, MenuItem, SiteSettings
from publishing.languages import language_codes
from tests.builders import (
    in_all_languages,
    make_album,
    make_article,
    make_body,
    make_byline,
    make_category,
    make_document,
    make_infographic,
    make_mandate,
    make_page,
    make_person,
    make_picture,
    make_playlist,
    make_press_conference,
    make_recording,
    make_tag,
    make_video,
    publish,
)

LONG_TITLES = {
    "en": "Coalition presents a plan for the safe and voluntary return of displaced families to their homes this year",
    "ar": "الائتلاف يعرض خطة للعودة الآمنة والطوعية للعائلات المهجّرة إلى بيوتها في الأرياف والمدن خلال العام الحالي",
    "tr": "Koalisyon yerinden edilmiş ailelerin evlerine güvenli ve gönüllü dönüşü için hazırladığı planı açıkladı",
    "ku": "Hevpeymanî plana vegera bi ewle û dilxwaz a malbatên koçber bo malên wan di vê salê de pêşkêş dike",
}
# What is looked for, and stands in the titles of `tests.builders`.
WORDS = {"en": "water", "ar": "المياه", "tr": "su", "ku": "av"}
LONG_BODY = """
<p>{words}</p><h2>{title}</h2><ul><li>{words}</li><li>{words}</li></ul><ol><li>{words}</li></ol>
<blockquote><p>{words}</p></blockquote><h3>{title}</h3>
<table><thead><tr><th>{title}</th><th>2</th></tr></thead><tbody><tr><td>{words}</td><td>3</td></tr></tbody></table>
<figure><img data-file="{picture}" src="/media/x.jpg" alt="{title}"><figcaption>{words}</figcaption></figure>
<p><a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ">{title}</a></p><p>{words} {words}</p>
"""


class Site:
    """
    Builds the site: `size` articles in each of three sections, all else once.

    `addresses(language)` names one page of every type.
    """

    def __init__(self, *, size=3, members=3):
        SiteSettings.objects.update_or_create(
            pk=1,
            defaults=in_all_languages("name", dict.fromkeys(language_codes(), "National Coalition"))
            | in_all_languages("about")
            | {"press_email": "press@example.org"},
        )
        self.picture = make_picture(with_renditions=True)
        self.tag, self.byline = make_tag(), make_byline(portrait=self.picture)
        self.news = make_category(is_on_home=True, layout=Category.Layout.NEWS)
        self.local = make_category(parent=self.news)
        self.press = make_category(is_on_home=True, layout=Category.Layout.PRESS)
        self.media = make_category(is_on_home=True, layout=Category.Layout.MEDIA)
        self._write_articles(size)
        self._build_structure(members)
        self._hold_press_conference()
        self.page = publish(make_page(lead_picture=self.picture))
        self._fill_menu()
        breaking = in_all_languages("text", LONG_TITLES)
        BreakingLine.objects.create(article=self.article, ends_at=timezone.now() + timedelta(days=1), **breaking)

    def _write_articles(self, size):
        shared = {"tags": [self.tag], "bylines": [self.byline], "lead_picture": self.picture}
        for _ in range(size):
            publish(make_article(category=self.local, **shared))
            publish(make_article(category=self.press, format="document", document=make_document(), tags=[self.tag]))
        for _ in range(max(1, size // 3)):
            self.video = publish(make_article(category=self.media, format="video", video=self._video(), **shared))
            album = make_album([self.picture] * 5)
            self.gallery = publish(make_article(category=self.media, format="gallery", album=album, **shared))
            graphic = make_infographic(**{f"picture_{code}": self.picture for code in language_codes()})
            self.infographic = publish(
                make_article(category=self.media, format="infographic", infographic=graphic, **shared)
            )
        self.document = publish(make_article(category=self.press, format="document", document=make_document()))
        recording = make_recording(poster=self.picture)
        self.recording = publish(make_article(category=self.media, format="video", video=recording, **shared))
        playlist = make_playlist(recording, self._video(), self._video())
        self.playlist = publish(make_article(category=self.media, format="playlist", playlist=playlist, **shared))
        bodies = {
            code: LONG_BODY.format(title=title, words=f"{title}. " * 2, picture=self.picture.pk)
            for code, title in LONG_TITLES.items()
        }
        texts = in_all_languages("title", LONG_TITLES) | in_all_languages("standfirst", LONG_TITLES)
        self.article = publish(make_article(category=self.local, **shared, **texts, **in_all_languages("body", bodies)))

    def _video(self):
        return make_video(poster=self.picture)

    def _build_structure(self, members):
        self.assembly = publish(make_body(kind=Body.Kind.ASSEMBLY, sessions_held=72))
        directory = publish(make_body(kind=Body.Kind.DIRECTORY))
        self.committee = publish(make_body(kind=Body.Kind.COMMITTEE, parent=directory))
        component = publish(make_body(kind=Body.Kind.COMPONENT))
        for number in range(members):
            self.person = publish(make_person(lead_picture=self.picture, tag=self.tag))
            for body in (self.assembly, self.committee, component):
                make_mandate(person=self.person, body=body, position=1 if number == 0 else 1000)
            countries = in_all_languages("country", dict.fromkeys(language_codes(), f"Land {number}"))
            self.person.representations.create(person=self.person, email="berlin@example.org", **countries)

    def _hold_press_conference(self):
        conference = make_press_conference(
            starts_at=timezone.now() - timedelta(minutes=5),
            stream_url="https://www.youtube.com/watch?v=aqz-KE-bpKQ",
            speakers=[self.person],
            documents=[make_document()],
            **in_all_languages("place", LONG_TITLES),
        )
        story = make_article(
            category=self.media, format="press_conference", press_conference=conference, tags=[self.tag],
            bylines=[self.byline], lead_picture=self.picture,
        )  # fmt: skip
        self.press_conference = publish(story)

    def _fill_menu(self):
        MenuItem.objects.create(menu="main", category=self.news)
        MenuItem.objects.create(menu="main", place="structure")
        MenuItem.objects.create(menu="main", page=self.page)
        group = MenuItem.objects.create(menu="footer", **in_all_languages("label"))
        MenuItem.objects.create(menu="footer", parent=group, category=self.press)
        MenuItem.objects.create(menu="footer", parent=group, body=self.assembly)
        MenuItem.objects.create(menu="footer", parent=group, page=self.page)

    def addresses(self, language):
        """Name of the page type → its address."""
        items = {
            "article": self.article,
            "video": self.video,
            "gallery": self.gallery,
            "infographic": self.infographic,
            "document": self.document,
            "recording": self.recording,
            "playlist": self.playlist,
            "press_conference": self.press_conference,
            "page": self.page,
            "assembly": self.assembly,
            "body": self.committee,
            "person": self.person,
        }
        found = {name: item.editions.get(language=language).get_absolute_url() for name, item in items.items()}
        with translation.override(language):
            found |= {name: getattr(self, name).get_absolute_url() for name in ("news", "local", "press", "media")}
            found |= {"tag": self.tag.get_absolute_url(), "byline": self.byline.get_absolute_url()}
            found |= {name: reverse(f"coalition:{name}") for name in ("structure", "representatives")}
            found["home"] = reverse("pages:home")
            found["display"] = reverse("display")
            found |= {name: reverse(f"pages:{name}") for name in ("accessibility", "keyboard")}
            found["feeds"] = reverse("pages:feed-about")
            found["search"] = f"{reverse('search:results')}?q={WORDS[language]}"
            found |= self._lists_by_date_and_format()
        return found

    @staticmethod
    def _lists_by_date_and_format():
        day = timezone.localdate()
        dates = {"archive": (), "archive-year": (day.year,), "archive-month": (day.year, day.month)}
        dates["archive-day"] = (day.year, day.month, day.day)
        found = {name.replace("-", "_"): reverse(f"articles:{name}", args=parts) for name, parts in dates.items()}
        hubs = {f"hub_{hub.words.replace('-', '_')}": hub.url for hub in HUBS}
        return found | hubs | {"formats": reverse("articles:formats")}
