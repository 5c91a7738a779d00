"""The forms of videos and playlists."""

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.forms import TranslatedForm
from media_library.models import PlaylistVideo, Upload, Video
from media_library.ordering import OrderedForm, OrderedFormSet
from media_library.video_hosts import host_names, hosted_video
from media_library.widgets import AsksForFilesAgain, UploadField
from publishing.languages import language_codes


class _VideoForm(AsksForFilesAgain, TranslatedForm):
    """A video by link or as a file; in each language its words, and a place for captions."""

    url = forms.URLField(
        label=gettext_lazy("Address"),
        required=False,
        assume_scheme="https",
        max_length=200,
        widget=forms.URLInput(attrs={"class": "vURLField", "dir": "ltr"}),
    )
    upload = UploadField(kinds=("video", "audio"), label=gettext_lazy("File"))

    class Meta:
        model = Video
        fields = ("name", "collection", "url", "poster", "duration", "title", "transcript")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "name" not in self.fields:  # for those who may only look
            return
        self.fields["name"].required = False
        self.fields["name"].help_text = _("Empty: the title on its host, or the name of the file.")
        hosts = get_text_list(host_names(), _("or"))
        self.fields["url"].help_text = _("The video's page on %(hosts)s.") % {"hosts": hosts}
        self.fields["upload"].help_text = _(
            "Instead of an address: MP4 or WebM up to %(video)s, MP3 or M4A up to %(audio)s. "
            "What the file says of its maker, its place and its device is removed."
        ) % {
            "video": filesizeformat(settings.NEWSROOM_VIDEO_MAX_BYTES),
            "audio": filesizeformat(settings.NEWSROOM_AUDIO_MAX_BYTES),
        }

    def clean(self):
        cleaned = super().clean()
        url, upload = cleaned.get("url"), cleaned.get("upload")
        if url and upload:
            self.add_error("upload", _("A video is a link or a file, not both. Empty the address, or choose no file."))
        elif not (url or upload or self.errors or self._has_file()):
            self.add_error("url", _("Write the address of the video, or choose a file below."))
        if not cleaned.get("name"):
            cleaned["name"] = self._other_name(url, upload)
        return cleaned

    def _has_file(self):
        video = self.instance
        return bool(video.path) or (
            video.pk and Upload.objects.filter(video=video, language="", state=Upload.State.WAITING).exists()
        )

    def _other_name(self, url, upload):
        hosted = hosted_video(url or "")
        if hosted:
            return hosted.page  # The look-up replaces it.
        return (upload.name.rpartition("/")[2].rpartition(".")[0] if upload else "")[:160] or self.instance.name or "–"

    @staticmethod
    def captions_names():
        """Language → the names of its fields: for new captions, and for removing those that there are."""
        return {code: (f"captions_{code}", f"remove_captions_{code}") for code in language_codes()}

    def sent_captions(self):
        """[(language, file)] of what was sent."""
        sent = [(code, self.cleaned_data.get(name)) for code, (name, _remove) in self.captions_names().items()]
        return [(code, file) for code, file in sent if file]

    def removed_captions(self):
        """The languages whose captions are not wanted any more."""
        return [code for code, (_name, remove) in self.captions_names().items() if self.cleaned_data.get(remove)]


def _captions_fields():
    for name, remove in _VideoForm.captions_names().values():
        yield (
            name,
            UploadField(
                kinds=("captions",),
                label=gettext_lazy("Upload captions"),
                help_text=gettext_lazy("For a file of our own: WebVTT (.vtt), in this language."),
            ),
        )
        yield remove, forms.BooleanField(label=gettext_lazy("Remove these captions"), required=False)


# Admin knows the fields of a form only from its class.
VideoForm = type("VideoForm", (_VideoForm,), dict(_captions_fields()))


class PlaylistVideoForm(OrderedForm):
    """A video's place in a playlist."""

    class Meta:
        model = PlaylistVideo
        fields = ("video", "position")


class PlaylistVideoFormSet(OrderedFormSet):
    """The videos of a playlist, each once."""

    thing = "video"
    # The numbers of the collections that the person may not look into; set by the inline.
    closed = frozenset()

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        # What was in it before stays, whatever it is.
        before = Video.objects.filter(pk=form.instance.video_id)
        form.fields["video"].queryset = Video.objects.outside(self.closed) | before
        return form

    @property
    def entries(self):
        for form in self.initial_forms:
            video = form.instance.video
            form.is_closed = video.collection_id in self.closed
            form.name = _("a video that is closed to you") if form.is_closed else video.name
        return super().entries

    def clean(self):
        if any(self.errors):
            return
        seen = set()
        for form in self.kept:
            video = form.cleaned_data["video"]
            if video.pk in seen:
                form.add_error("video", _("This video is in the playlist already. Choose another one."))
            seen.add(video.pk)
