from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaLibraryConfig(AppConfig):
    name = "media_library"
    verbose_name = _("Media library")

    def ready(self):
        from accounts.audit import name_actions
        from desk import weight
        from desk.tidying import register
        from media_library import uses, weighing
        from media_library.checks import register_checks
        from media_library.log import Step
        from media_library.rights import tell_of_ends
        from media_library.uploading import tidy_uploads

        uses.connect()
        name_actions({f"step.{step.value}": step.label for step in Step})
        register_checks()
        register(tidy_uploads)
        register(tell_of_ends)
        weight.register(sizes_of=weighing.sizes_of, pages_for=weighing.pages_for)
