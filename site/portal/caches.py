"""The shared cache. It may vanish at any time without taking a page with it."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
#: Seconds without a further attempt after a failed one: a page asks dozens of times, each could wait for a second.
PAUSE_SECONDS = 5.0


class PatientRedisCacheClient(RedisCacheClient):
    """Answers as an empty cache while Redis does not answer.

    `add` then says that the key was new, so limits counted in the cache let everybody through for that time.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._quiet_until = 0.0

    def add(self, key: Any, value: Any, timeout: Any) -> Any:
        return self._ask("add", True, key, value, timeout)

    def get(self, key: Any, default: Any) -> Any:
        return self._ask("get", default, key, default)

    def set(self, key: Any, value: Any, timeout: Any) -> Any:
        return self._ask("set", None, key, value, timeout)

    def touch(self, key: Any, timeout: Any) -> Any:
        return self._ask("touch", False, key, timeout)

    def delete(self, key: Any) -> Any:
        return self._ask("delete", False, key)

    def get_many(self, keys: Any) -> Any:
        return self._ask("get_many", {}, keys)

    def has_key(self, key: Any) -> Any:
        return self._ask("has_key", False, key)

    def incr(self, key: Any, delta: Any) -> Any:
        # As of a key that was never set: Django's callers know how to begin again.
        value = self._ask("incr", None, key, delta)
        if value is None:
            raise ValueError(f"Key '{key}' not found.")
        return value

    def set_many(self, data: Any, timeout: Any) -> Any:
        return self._ask("set_many", None, data, timeout)

    def delete_many(self, keys: Any) -> Any:
        return self._ask("delete_many", None, keys)

    def clear(self) -> Any:
        return self._ask("clear", False)

    def _ask(self, method: str, otherwise: Any, *args: Any) -> Any:
        """What Redis answers to `method`, or `otherwise` when it does not."""
        if time.monotonic() < self._quiet_until:
            return otherwise
        try:
            return getattr(super(), method)(*args)
        except (RedisError, OSError) as error:
            self._quiet_until = time.monotonic() + PAUSE_SECONDS
            logger.warning("the shared cache does not answer: %s", type(error).__name__)
            return otherwise


class PatientRedisCache(RedisCache):
    """Django's Redis cache with the client above."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = PatientRedisCacheClient
