"""
Who keeps in step with what readers see, inside the transaction that changes it: the search index.

Apps of a higher rank register themselves in `AppConfig.ready`. The workflow
tells them of every step that readers notice; whatever else changes what an
edition shows (a byline that is withdrawn) tells them, too.
"""

_followers = []


def add_follower(follow):
    """Has `follow(editions)` called in every transaction that changes what readers see of some editions."""
    if follow not in _followers:
        _followers.append(follow)


def tell_followers(editions):
    """
    Says that what readers see of `editions` may be something else now, or nothing. For use inside a transaction.

    `editions`: of one type. What a follower raises ends the transaction: nothing half done is kept.
    """
    for follow in _followers:
        follow(editions)
