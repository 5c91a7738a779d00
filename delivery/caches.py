"""The cache that processes share, for whoever can do without it."""

import logging
from functools import wraps

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _forgiving(name, without):
    method = getattr(RedisCache, name)

    @wraps(method)
    def asked(self, *args, **kwargs):
        try:
            return method(self, *args, **kwargs)
        except RedisError:
            logger.warning("Redis could not be asked (%s).", name, exc_info=True)
            return without(*args)

    return asked


class ForgivingRedisCache(RedisCache):
    """Redis, or, while it cannot be reached, a cache in which nothing stays and nothing is found."""

    get = _forgiving("get", lambda key, default=None, *rest: default)
    get_many = _forgiving("get_many", lambda *rest: {})
    has_key = _forgiving("has_key", lambda *rest: False)
    # Whoever takes turns by it does the work.
    add = _forgiving("add", lambda *rest: True)
    set = _forgiving("set", lambda *rest: None)
    set_many = _forgiving("set_many", lambda *rest: [])
    touch = _forgiving("touch", lambda *rest: False)
    delete = _forgiving("delete", lambda *rest: False)
    delete_many = _forgiving("delete_many", lambda *rest: None)
