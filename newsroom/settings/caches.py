"""Which caches there are. Settings read this, so it imports nothing of the project."""

# In seconds: a cache that does not answer is gone, and pages are made without it.
PATIENCE = 1


def caches(env):
    """
    The caches of `CACHE_URL`, by name.

    With Redis there are two for the same server: "shared", for finished pages
    and the word of what changed, says when it cannot be reached; "default",
    for figures that are kept for a while, keeps quiet and knows nothing then.
    Without it each process has its own, and "shared" does not exist.
    """
    default = env.cache_url("CACHE_URL", default="locmemcache://")
    if not default["BACKEND"].endswith("RedisCache"):
        return {"default": default}
    options = default.get("OPTIONS", {}) | {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    shared = default | {"BACKEND": "django.core.cache.backends.redis.RedisCache", "OPTIONS": options}
    return {"default": shared | {"BACKEND": "delivery.caches.ForgivingRedisCache"}, "shared": shared}
