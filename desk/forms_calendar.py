"""What the calendar asks."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from desk.step_forms import MomentField, StepForm, zone_hint


class MoveForm(StepForm):
    """The new time of a planned publication."""

    at = MomentField(
        label=gettext_lazy("Goes out at"),
        error_messages={"required": gettext_lazy("Choose the day and the time at which it goes out.")},
    )

    field_order = ["at", "note"]

    def adapt(self):
        self.fields["at"].help_text = zone_hint()
        if planned := planned_for(self.edition):
            self.fields["at"].initial = timezone.localtime(planned)


def planned_for(edition):
    """When a text, or a change to it, goes out by itself; None if nothing is planned."""
    if edition is None:
        return None
    if edition.upcoming_id:
        return edition.upcoming_at if edition.upcoming_at > timezone.now() else None
    return edition.publish_at if edition.current_state == edition.State.SCHEDULED else None
