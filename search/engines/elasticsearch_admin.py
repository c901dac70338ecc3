"""Indexes of one installation: which one answers, building the next one, swapping, clearing away what was left behind.

`<prefix>.archive`                 the alias every search goes through
`<prefix>.archive.<time>.<id>`     an index; the one behind the alias answers, another one is being built or was left
`<prefix>.lock`                    locks of writers

A prefix has no dot, so no installation can meet the indexes of another one, whatever its prefix.
"""

from __future__ import annotations

import re
import time
from typing import Any
from uuid import uuid4

from elasticsearch import Elasticsearch, NotFoundError

from search.engines.base import EngineUnavailable, IndexUnusable
from search.engines.elasticsearch_schema import build_mapping, difference

PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
#: Bytes up to which a new index is merged into one segment; beyond, Lucene's own merging is the better one.
FORCE_MERGE_BELOW = 5 * 2**30
#: Bytes from which on it is merged only after Elasticsearch has let go of its own copies of the documents (two thirds of
#: the index), and the seconds that takes: it looks every 30 s whether another machine may still ask for them.
LET_GO_FROM, LET_GO_AFTER = 2**30, 35.0
#: Seconds between two looks at a running merge.
_PAUSE = 0.1
_BUILDING = {"refresh_interval": "-1", "number_of_replicas": 0, "number_of_shards": 1}
_ANSWERING = {"refresh_interval": "5s", "auto_expand_replicas": "0-1"}


class IndexAdmin:
    """Names and life of the indexes with one prefix. Holds no lock by itself; the engine does."""

    def __init__(self, prefix: str, *, shards: int = 1) -> None:
        if not PREFIX.fullmatch(prefix):
            raise ValueError(f"not a prefix of indexes: {prefix!r}")
        self.alias, self.lock_index = f"{prefix}.archive", f"{prefix}.lock"
        self.shards = shards

    def current(self, client: Elasticsearch) -> str:
        """Return the name of the index that answers. Raises `IndexUnusable`: none, or its mapping is not ours."""
        try:
            found = client.indices.get(index=self.alias)
        except NotFoundError as error:
            raise IndexUnusable("no index has been built yet") from error
        if len(found) != 1 or self.alias in found:
            raise IndexUnusable(f"{self.alias} is not the alias of one index")
        name, index = next(iter(found.items()))
        if problem := difference(index["mappings"]):
            raise IndexUnusable(problem)
        return str(name)

    def check_health(self, client: Elasticsearch) -> None:
        """Raise `EngineUnavailable` when a part of the index that answers is on no machine."""
        if client.cluster.health(index=self.alias, timeout="1s")["status"] == "red":
            raise EngineUnavailable("a part of the index is missing (status red)")

    def create(self, client: Elasticsearch) -> str:
        """Make an empty index that nobody searches yet; return its name."""
        stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime())
        name = f"{self.alias}.{stamp}.{uuid4().hex[:8]}"
        settings = {**_BUILDING, "number_of_shards": self.shards}
        client.indices.create(index=name, settings=settings, mappings=build_mapping())
        return name

    def finish(self, client: Elasticsearch, name: str) -> None:
        """Make `name` fit to answer: one segment unless it is large, then copies, then searchable."""
        client.indices.refresh(index=name)
        size = client.indices.stats(index=name, metric="store")["_all"]["primaries"]["store"]["size_in_bytes"]
        if size < FORCE_MERGE_BELOW:
            if size >= LET_GO_FROM:
                client.indices.flush(index=name)
                time.sleep(LET_GO_AFTER)
            task = client.indices.forcemerge(index=name, max_num_segments=1, wait_for_completion=False)
            self._await(client, task["task"])
        client.indices.put_settings(index=name, settings=_ANSWERING)
        health = client.cluster.health(index=name, wait_for_status="yellow", timeout="30s")
        if health["timed_out"]:
            raise EngineUnavailable("the new index has no machine to be on")

    def _await(self, client: Elasticsearch, task: str) -> None:
        while True:
            found = client.perform_request(
                "GET", f"/_tasks/{task}", headers={"accept": "application/json"}
            ).body
            if found["completed"]:
                return
            time.sleep(_PAUSE)

    def publish(self, client: Elasticsearch, name: str) -> None:
        """Let `name` answer instead of whatever did, in one step."""
        client.indices.refresh(index=name)
        actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": self.alias}}]
        for other in self._behind_alias(client):
            # An index of the alias's own name is made by a server that creates indexes by itself; it is in the way.
            gone = other == self.alias
            actions.append(
                {"remove_index": {"index": other}}
                if gone
                else {"remove": {"index": other, "alias": self.alias}}
            )
        client.indices.update_aliases(actions=actions)

    def clear(self, client: Elasticsearch, *, keep: str = "") -> int:
        """Delete every index of ours but the one that answers and `keep`; return how many.

        Only for who holds the lock of builders: an index being built looks the same as one left behind.
        """
        kept = {*self._behind_alias(client), keep}
        found = client.indices.get(index=f"{self.alias}.*", features="aliases", expand_wildcards="all")
        gone = [name for name in found if name not in kept]
        for name in gone:
            client.indices.delete(index=name, ignore_unavailable=True)
        return len(gone)

    def _behind_alias(self, client: Elasticsearch) -> list[str]:
        try:
            return list(client.indices.get(index=self.alias, features="aliases"))
        except NotFoundError:
            return []
