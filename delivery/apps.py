from django.apps import AppConfig
from django.utils.autoreload import file_changed


class DeliveryConfig(AppConfig):
    name = "delivery"

    def ready(self):
        from delivery import changelog, purging, tally

        tally.start()
        changelog.start()
        purging.start()
        file_changed.connect(_forget_what_is_kept, dispatch_uid="delivery")


def _forget_what_is_kept(**kwargs):
    """A developer who saves a template wants to see it; the server starts anew for modules alone."""
    from delivery import page_cache, parts

    parts.forget_all()
    page_cache.store().clear()
