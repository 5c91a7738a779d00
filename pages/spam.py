"""
What keeps programs from the contact form: no third party, no script, no cookie, no session.

Each page of the form carries a signed token that says when it was made. It
stands for what Django's CSRF token would need a cookie for: whoever sends a
message has loaded the form, not just now and not long ago, and sends one
message with it. Limits and used tokens are counted in the database
(`accounts.limits`), by keyed hashes: nothing tells who wrote.

A person may do all that a program is refused for. So nothing is thrown away
in silence: a refusal says what to do, and the form keeps what was typed.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.limits import Limit
from accounts.sign_in import network_of
from delivery.display import is_from_here
from publishing.languages import current_language

# A field that nobody sees: what stands in it was written by a program.
TRAP = "website"
TOKEN = "token"  # noqa: S105

# Nobody reads the form and writes a message in less; a page that was open for longer may have been collected.
LEAST_AGE = timedelta(seconds=3)
MOST_AGE = timedelta(days=1)

# A network may be a whole town's: it is not one person who is counted.
PER_NETWORK = Limit("contact-network", 10, timedelta(minutes=10))
IN_ALL = Limit("contact", 100, timedelta(minutes=10))
_ONCE = Limit("contact-token", 1, MOST_AGE)

_LONGEST_TOKEN = 200


@dataclass(frozen=True)
class Refusal:
    """Why a message was not taken, in a sentence that says what to do; `status` is the answer's."""

    words: Any
    status: int = 422


FOREIGN = Refusal(_("This came from another site. Your message is still here: please send it again from this page."))
TRAPPED = Refusal(
    _(
        "A field that people do not see was filled in, perhaps by your browser. It is empty again and your message is "
        "still here: please send it again."
    )
)
UNKNOWN = Refusal(_("The form was not complete. Your message is still here: please send it again."))
TOO_OLD = Refusal(
    _("This page was open for more than a day. Your message is still here: please look through it and send it again.")
)
TOO_FAST = Refusal(_("That was very fast. Your message is still here: please wait a few seconds and send it again."))
USED = Refusal(_("A message was sent from this page before. This one is still here: please send it again."))
TOO_MANY = Refusal(
    _(
        "Many messages came in just now. Yours is still here: please wait ten minutes and send it again, or write an "
        "e-mail instead."
    ),
    status=429,
)


def new_token():
    """A token for one page of the form, in the page's language."""
    return _signer().sign(get_random_string(16))


def token_for(typed):
    """The token for a page that is shown again: the same one as long as it is good, so that waiting counts."""
    return typed if age_problem(typed) in (None, TOO_FAST) else new_token()


def problem_with(request):
    """The `Refusal` for what was not sent from a page of the form by a person, or None. Asks nothing of anybody."""
    if not is_from_here(request):
        return FOREIGN
    if request.POST.get(TRAP):
        return TRAPPED
    return age_problem(request.POST.get(TOKEN, ""))


def age_problem(token):
    """The `Refusal` for a token that is none of this form's, too young or too old, or None."""
    try:
        # As many characters as ours have: longer ones are not worth a look.
        _signer().unsign(token[:_LONGEST_TOKEN], max_age=MOST_AGE)
    except SignatureExpired:
        return TOO_OLD
    except BadSignature:
        return UNKNOWN
    return TOO_FAST if _is_younger(token, LEAST_AGE) else None


def use_up(token):
    """Marks a token as used; returns whether it was not yet. Inside a transaction it is used only on commit."""
    return limits.take(_ONCE, token)


def is_within_limits(request):
    """Counts a message that somebody wants to send; returns whether there were not too many."""
    return all([limits.take(PER_NETWORK, network_of(request)), limits.take(IN_ALL, "")])


def _is_younger(token, age):
    try:
        _signer().unsign(token, max_age=age)
    except SignatureExpired:
        return False
    return True


def _signer():
    return TimestampSigner(salt=f"pages.spam.{current_language()}")
