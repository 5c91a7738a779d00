"""Jobs of delivery; each can run twice without harm."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from delivery.purgers import drop

logger = logging.getLogger(__name__)

# After a cache in front could not be told: when it is told again, in seconds. Together that is an hour, and by then
# what it kept has ended by itself (`newsroom.settings.front.LONGEST`).
PAUSES = (5, 15, 60, 240, 900, 2400)
# What takes longer between two servers is lost.
ON_ITS_WAY = 20


# Before everything else that waits: readers see the former text until then.
@task(priority=50)
def purge(names, tries=0, is_again=False):
    """
    Has caches in front drop pages by their names, twice: now, and when a little time has passed.

    A page that was on its way meanwhile, or that a server between the cache
    and the site keeps for some seconds, may have been kept anew by the first time.
    """
    if not settings.NEWSROOM_PURGE:
        return
    left = drop(names)
    if left:
        _try_again(left, tries, is_again)
    told = [name for name in names if name not in set(left)]
    if told and not is_again:
        seconds = ON_ITS_WAY + 2 * settings.NEWSROOM_SHARED_SECONDS
        purge.using(run_after=timezone.now() + timedelta(seconds=seconds)).enqueue(told, is_again=True)


def _try_again(names, tries, is_again):
    if tries == len(PAUSES):
        logger.error("purge.given_up by=%s names=%s", settings.NEWSROOM_PURGE, len(names))
        return
    again = timezone.now() + timedelta(seconds=PAUSES[tries])
    purge.using(run_after=again).enqueue(names, tries=tries + 1, is_again=is_again)
