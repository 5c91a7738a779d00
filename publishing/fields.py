from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from publishing.html import clean_html, forbidden_links


def is_html(model, name):
    """Whether a column of a model holds rich text. Raises `FieldDoesNotExist` for no column."""
    return isinstance(model._meta.get_field(name), HtmlField)


class HtmlField(models.TextField):
    """
    Rich text that is cleaned whenever it is written.

    The form says which links it refuses (`clean`). Every other way into the
    database passes `get_db_prep_save`: `save()`, `bulk_create()`, `update()`
    and `bulk_update()`, in commands, imports and migrations alike; what is
    compared with (`filter(body=…)`) does not.
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
        """The object at hand gets the clean text, too: whoever saved it may go on working with it."""
        value = clean_html(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value, connection):
        if isinstance(value, str):
            value = clean_html(value)
        return super().get_db_prep_save(value, connection)
