from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from publishing.html import clean_html, forbidden_links


class HtmlField(models.TextField):
    """
    Rich text that is cleaned whenever it is written.

    The form says which links it refuses (`clean`); every other way into the
    database (commands, imports, `save()`) is cleaned in `pre_save`.
    """

    def clean(self, value, model_instance):
        value = super().clean(value, model_instance)
        if refused := forbidden_links(value):
            raise ValidationError(
                _("This link cannot be used: %(link)s. Links begin with https://, http://, mailto:, tel: or /."),
                code="forbidden_link",
                params={"link": refused[0]},
            )
        return clean_html(value)

    def pre_save(self, model_instance, add):
        value = clean_html(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
