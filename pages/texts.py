"""
Words of the interface that staff change for their site, in each language: what they are, and where readers see them.

What staff wrote is in `SiteSettings.texts` (key → language → words), a column
of the row that every page loads; where they wrote nothing, the interface's own
words stand. They are plain text: templates escape them.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

LABEL, SENTENCE = 40, 200


@dataclass(frozen=True)
class Text:
    """
    Words that staff may change.

    `default` stands where they did not ("" for what is shown only once somebody
    wrote it), `place` says where readers see it, `most` how many characters fit there.
    """

    default: Any
    place: Any
    most: int = LABEL


TEXTS = {
    # Frame
    "breaking": Text(_("Breaking"), _("Before the breaking-news line")),
    "menu": Text(_("Menu"), _("The button of the menu, on every page")),
    "press_office": Text(_("Press office:"), _("Before the press office's e-mail address, in the footer")),
    "footer": Text("", _("A line of its own in the footer, such as how to get the newsletter"), SENTENCE),
    # Lists
    "latest": Text(_("Latest"), _("Over the latest headlines")),
    "most_read": Text(_("Most read this week"), _("Over what is read most")),
    "see_all": Text(_("See all"), _("Beside the name of a section, on the home page")),
    "live": Text(_("Live now"), _("At a press conference that is going on")),
    "nothing": Text(
        _(
            "Nothing has been published in this language yet. The links at the top of the page lead to the other "
            "languages."
        ),
        _("The home page, as long as it is empty"),
        SENTENCE,
    ),
    # Articles
    "share": Text(_("Share"), _("The button for sharing")),
    "related": Text(_("Related"), _("Below an article, over similar ones")),
    "more_to_see": Text(_("More to see"), _("Below an album, over other ones")),
    "for_journalists": Text(_("For journalists"), _("The box for journalists, beside an article")),
    "reuse": Text(_("Text and pictures may be reproduced with credit."), _("In the box for journalists"), SENTENCE),
    "correction": Text(_("Correction"), _("Before a correction, at the top of an article")),
    "retracted": Text(_("Retracted"), _("Before the reason why an article was retracted")),
    "being_updated": Text(
        _("This page is being updated"), _("Over a translation whose original was corrected or taken back"), 80
    ),
    "being_updated_why": Text(
        _("The original was corrected or taken back, and this translation is being revised."),
        _("What that means"),
        SENTENCE,
    ),
    # Display
    "low_data": Text(
        _("You are reading the low-data page: the text is whole; pictures, videos, fonts and scripts are left out."),
        _("At the top of a page with little data"),
        SENTENCE,
    ),
    # Contact
    "contact": Text(
        _("Questions, requests for interviews, corrections: write to us, and we answer by e-mail."),
        _("Over the contact form"),
        SENTENCE,
    ),
    "no_form": Text(
        _("There is no form in this language yet."),
        _("In place of the contact form, in a language without topics"),
        SENTENCE,
    ),
    "thanks": Text(
        _("Thank you. The people who deal with your topic read it and answer by e-mail."),
        _("After a message was sent"),
        SENTENCE,
    ),
    # Pages that are not there
    "missing": Text(_("This page does not exist"), _("The heading of an address that nothing has"), 80),
    "missing_why": Text(
        _("The address may be mistyped, or what stood here has moved. Try one of these sections, or the latest news."),
        _("Below that heading"),
        SENTENCE,
    ),
    "missing_here": Text(
        _("It has not been published in this language. You can read it in:"),
        _("Below that heading, before the languages that have the page"),
        80,
    ),
}


def words_for(key, texts, language):
    """What staff wrote for a key in `language` (`texts` is `SiteSettings.texts`), else the interface's own words."""
    return texts.get(key, {}).get(language) or str(TEXTS[key].default)
