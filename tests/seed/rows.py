"""All rows of the content apps, to compare before and after."""

from django.apps import apps

CONTENT_APPS = ("publishing", "media_library", "coalition", "articles", "pages")


def all_rows():
    """Table → its rows, many-to-many tables included."""
    configs = [apps.get_app_config(label) for label in CONTENT_APPS]
    models = [model for config in configs for model in config.get_models(include_auto_created=True)]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}
