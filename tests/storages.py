"""Which storage the models of a test use."""

from functools import cache

from django.apps import apps
from django.db.models import FileField


def follow_settings(monkeypatch):
    """Fields ask for their storage once, when the site starts; after this they use the one that settings name now."""
    for field in _fields():
        monkeypatch.setattr(field, "storage", field._storage_callable())


@cache
def _fields():
    fields = [field for model in apps.get_models() for field in model._meta.fields if isinstance(field, FileField)]
    return [field for field in fields if hasattr(field, "_storage_callable")]
