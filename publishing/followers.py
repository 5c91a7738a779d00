"""
Who keeps in step with what readers see, inside the transaction that changes it: the search index.

Apps of a higher rank register themselves in `AppConfig.ready`. The workflow
tells them of every step that readers notice; whatever else changes what an
edition shows (a byline that is withdrawn) tells them, too.
"""

from contextlib import ExitStack, contextmanager

_followers, _in_bulk = [], []


def add_follower(follow, *, in_bulk=None):
    """
    Has `follow(editions)` called in every transaction that changes what readers see of some editions.

    `in_bulk()`, a context manager, stands around the transactions of whoever changes a great many (`in_bulk`).
    """
    if follow not in _followers:
        _followers.append(follow)
        _in_bulk.extend([in_bulk] if in_bulk else [])


def tell_followers(editions):
    """
    Says that what readers see of `editions` may be something else now, or nothing. For use inside a transaction.

    Whoever calls it announces `LATEST` in their languages as well (`publishing.changes`): by that, what followers know
    is kept in memory. `editions`: of one type. What a follower raises ends the transaction: nothing half done is kept.
    """
    for follow in _followers:
        follow(editions)


@contextmanager
def in_bulk():
    """A block in which a great many editions are told of, in many transactions: followers may prepare for that."""
    with ExitStack() as stack:
        for prepared in _in_bulk:
            stack.enter_context(prepared())
        yield
