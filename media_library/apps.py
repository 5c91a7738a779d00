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
        from media_library.models import Captions, Picture, Video
        from media_library.rights import tell_of_ends
        from media_library.uploading import tidy_uploads
        from publishing.changes import announce_saves_of
        from publishing.keys import key_of

        uses.connect()
        announce_saves_of(Picture)
        announce_saves_of(Video)
        announce_saves_of(Captions, keys=lambda captions: [key_of(captions.video)])
        name_actions({f"step.{step.value}": step.label for step in Step})
        register_checks()
        register(tidy_uploads)
        register(tell_of_ends)
        weight.register(sizes_of=weighing.sizes_of, pages_for=weighing.pages_for)
