"""Our own signals. Both are sent inside a step's transaction: what leaves the database must wait for the commit."""

from django.dispatch import Signal

# With: item, language, step (the function's name in `publishing.workflow`), keys
# (what the step announced in the change log).
edition_changed = Signal()

# A step was written to the log, whatever it was taken with (a text, a picture). With: entry (`LogEntry`), item.
step_logged = Signal()
