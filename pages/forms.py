"""Forms of readers and of the site's settings."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, URLValidator, validate_email
from django.forms.utils import ErrorList
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.mails import DIRECTION_MARKS
from desk.forms import TranslatedForm
from pages.models import ContactMessage

MOST_LINKS = 5

_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
# Controls, and the separators that some programs take for the end of a line; a text keeps its tabs and lines.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROLS_OF_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class LineField(forms.CharField):
    """Words on one line. What is too long is said and kept, where the attribute `maxlength` would cut it in silence."""

    def __init__(self, *, most, **options):
        super().__init__(**options)
        words = ngettext_lazy(
            "Write at most %(limit_value)d character here. This has %(show_value)d.",
            "Write at most %(limit_value)d characters here. This has %(show_value)d.",
            "limit_value",
        )
        self.validators.append(MaxLengthValidator(most, words))

    def to_python(self, value):
        return super().to_python(" ".join(_CONTROLS.sub(" ", value or "").split()))


class AddressField(LineField):
    """An e-mail address, without the invisible signs that come along when one is copied from an Arabic text."""

    default_validators = [validate_email]

    def to_python(self, value):
        return super().to_python(DIRECTION_MARKS.sub("", value or ""))


class ParagraphsField(LineField):
    """Words on as many lines as somebody likes."""

    widget = forms.Textarea

    def to_python(self, value):
        lines = (value or "").replace("\r\n", "\n").replace("\r", "\n")
        return forms.CharField.to_python(self, _CONTROLS_OF_TEXT.sub(" ", lines))


class Paragraph(ErrorList):
    """Errors of a field as a paragraph that the field is described by."""

    template_name = "pages/_field_error.html"


class ContactForm(forms.Form):
    """What a reader writes to the press office. `topics` are those that there are in the page's language."""

    topic = forms.ChoiceField(
        label=_("Topic"),
        error_messages={
            "required": _("Choose what your message is about."),
            "invalid_choice": _("This topic does not exist any more. Choose another one."),
        },
    )
    name = LineField(
        label=_("Your name"),
        most=ContactMessage._meta.get_field("name").max_length,
        error_messages={"required": _("Write your name.")},
        widget=forms.TextInput({"autocomplete": "name", "dir": "auto"}),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        most=ContactMessage._meta.get_field("email").max_length,
        help_text=_("We answer to this address."),
        error_messages={
            "required": _("Write your e-mail address, so that we can answer."),
            "invalid": _("This is not a whole e-mail address: a name, the sign @ and a domain. Please correct it."),
        },
        widget=forms.EmailInput({"autocomplete": "email", "dir": "ltr"}),
    )
    organisation = LineField(
        label=_("Medium or organisation (optional)"),
        required=False,
        most=ContactMessage._meta.get_field("organisation").max_length,
        widget=forms.TextInput({"autocomplete": "organization", "dir": "auto"}),
    )
    text = ParagraphsField(
        label=_("Your message"),
        help_text=_("If you need an answer by a certain time, say so."),
        most=ContactMessage._meta.get_field("text").max_length,
        error_messages={"required": _("Write your message.")},
        widget=forms.Textarea({"rows": 10, "dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, *args, topics, **kwargs):
        super().__init__(*args, error_class=Paragraph, label_suffix="", **kwargs)
        self.topics = {str(topic.pk): topic for topic in topics}
        choices = [(number, topic.name) for number, topic in self.topics.items()]
        self.fields["topic"].choices = choices if len(choices) == 1 else [("", _("Choose a topic")), *choices]

    def clean_text(self):
        text = self.cleaned_data["text"]
        if len(_LINK.findall(text)) > MOST_LINKS:
            raise ValidationError(
                ngettext_lazy(
                    "Leave out some links: a message may hold %(count)d.",
                    "Leave out some links: a message may hold %(count)d.",
                    MOST_LINKS,
                )
                % {"count": MOST_LINKS}
            )
        return text

    def message(self, language):
        """The valid form's message, not stored."""
        facts = self.cleaned_data
        return ContactMessage(**(facts | {"topic": self.topics[facts["topic"]], "language": language}))


class SiteSettingsForm(TranslatedForm):
    """The settings of the site."""

    def clean_social_accounts(self):
        """One address on each line, the empty ones left out."""
        lines = [line.strip() for line in self.cleaned_data["social_accounts"].splitlines()]
        for line in filter(None, lines):
            self._check_account(line)
        return "\n".join(dict.fromkeys(filter(None, lines)))

    @staticmethod
    def _check_account(line):
        try:
            URLValidator(schemes=["https"])(line)
        except ValidationError as error:
            words = _("“%(line)s” is no address that begins with https://. Write one address on each line.")
            raise ValidationError(words, params={"line": line[:100]}) from error
