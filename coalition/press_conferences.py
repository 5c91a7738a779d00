"""Press conferences as readers see them: what was published of one, at the moment that the page is made for."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.directory import published_people
from coalition.models import PressConference
from media_library.models import video_frame
from publishing.keys import good_until

State = PressConference.State


@dataclass
class Shown:
    """A press conference on a page. `media` is what `PressConference.frozen` kept of it."""

    media: dict
    # Number → edition of the speakers whose pages are public in the page's language.
    people: dict = field(default_factory=dict)

    @property
    def starts_at(self):
        return datetime.fromisoformat(self.media["starts_at"])

    @property
    def ends_at(self):
        return datetime.fromisoformat(self.media["ends_at"])

    @property
    def state(self):
        good_until(self.starts_at, self.ends_at)
        return PressConference.state_of(self.starts_at, self.ends_at, self.media["set_state"])

    @property
    def state_in_words(self):
        """The state as readers are told."""
        return {
            State.ANNOUNCED: _("Announced"),
            State.LIVE: _("Live now"),
            State.RECORDED: _("Over"),
            State.CANCELLED: _("Cancelled"),
        }[self.state]

    @property
    def is_live(self):
        return self.state == State.LIVE

    @property
    def is_cancelled(self):
        return self.state == State.CANCELLED

    @property
    def is_open(self):
        """Whether it can still be followed: it is announced or live."""
        return self.state in {State.ANNOUNCED, State.LIVE}

    @property
    def ends_on_same_day(self):
        return timezone.localdate(self.starts_at) == timezone.localdate(self.ends_at)

    @property
    def zone(self):
        """The time zone that its times are told in: the newsroom's."""
        return timezone.get_current_timezone_name()

    @property
    def speakers(self):
        """[(name, address of the person's page or "")] in the order of speaking."""
        people = [(one["name"], self.people.get(one["person"])) for one in self.media["speakers"]]
        return [(name, edition.get_absolute_url() if edition else "") for name, edition in people]

    @property
    def stream_url(self):
        """Where it can be followed: before and while it happens."""
        return self.media["stream_url"] if self.is_open else ""

    @property
    def stream(self):
        """While it is live, its stream as a video that loads when the reader asks; None where no host can show it."""
        found = video_frame(self.stream_url) if self.is_live else None
        if found is None:
            return None
        host, frame = found
        return {"url": self.stream_url, "host": host, "frame": frame}

    @property
    def recording(self):
        """The recording, once it is over."""
        return self.media["recording"] if self.state == State.RECORDED else {}

    @property
    def has_face(self):
        """Whether its stream or its recording stands above the text."""
        return bool(self.stream or self.recording)


def shown(media):
    """A frozen press conference with the public pages of those who speak. One query."""
    return Shown(media, published_people(one["person"] for one in media["speakers"]))
