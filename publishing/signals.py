"""The one signal of our own."""

from django.dispatch import Signal

# Sent inside the transaction of a workflow step, with: item, language, step
# (the function's name in `publishing.workflow`), keys (what the step announced
# in the change log). Whatever leaves the database must wait for the commit.
edition_changed = Signal()
