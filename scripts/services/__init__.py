"""PostgreSQL, Redis and Elasticsearch of one's own for tests and trying out: `make services` (docs/operations.md)."""
