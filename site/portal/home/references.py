"""What a revision refers to may be gone by the time it is read: asked once for each model, not once for each row.

modelcluster asks for every foreign key of every child by itself, and cannot read a revision at all when a row it refers
to is protected (`PROTECT`) by the database only for what is live: a draft may name an attachment deleted since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from modelcluster.models import ClusterableModel, get_all_child_relations

_Model = type[models.Model]
_Key = models.ForeignKey[Any, Any]
#: Keys (model, name of the field referred to) with the values that exist.
_Existing = Mapping[tuple[_Model, str], set[Any]]


def without_dangling(model: _Model, data: Mapping[str, Any]) -> dict[str, Any]:
    """`data` of a revision of `model` without references to rows that are gone; one query for each model referred to.

    A key that may be empty is emptied; a child that cannot be without it, or that belonged to what is gone, is left out.
    """
    wanted: dict[tuple[_Model, str], set[Any]] = defaultdict(set)
    for key, value in _references(model, data):
        wanted[_target(key)].add(value)
    existing = {
        (target, name): set(
            target._default_manager.filter(**{f"{name}__in": values}).values_list(name, flat=True)
        )
        for (target, name), values in wanted.items()
    }
    cleaned = _cleaned(model, data, existing)
    return {**cleaned, **{key.name: None for key in _dangling(model, data, existing)}}


def _cleaned(model: _Model, data: Mapping[str, Any], existing: _Existing) -> dict[str, Any]:
    """A copy of `data` whose children, at any depth, refer only to what exists."""
    cleaned = dict(data)
    for name, child in _children(model):
        if name in data:
            rows = (_kept(child, row, existing) for row in data[name])
            cleaned[name] = [row for row in rows if row is not None]
    return cleaned


def _kept(model: _Model, data: Mapping[str, Any], existing: _Existing) -> dict[str, Any] | None:
    """The child without what is gone, or None when it goes with it."""
    gone = _dangling(model, data, existing)
    if any(not key.null or key.remote_field.on_delete is models.CASCADE for key in gone):
        return None
    return {**_cleaned(model, data, existing), **{key.name: None for key in gone}}


def _dangling(model: _Model, data: Mapping[str, Any], existing: _Existing) -> list[_Key]:
    return [
        key
        for key, value in _own_references(model, data)
        if value not in existing[_target(key)] and key.remote_field.on_delete is not models.DO_NOTHING
    ]


def _references(model: _Model, data: Mapping[str, Any]) -> Iterator[tuple[_Key, Any]]:
    yield from _own_references(model, data)
    for name, child in _children(model):
        for row in data.get(name, ()):
            yield from _references(child, row)


def _own_references(model: _Model, data: Mapping[str, Any]) -> Iterator[tuple[_Key, Any]]:
    for name, value in data.items():
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if isinstance(field, models.ForeignKey) and value is not None:
            yield field, field.target_field.to_python(value)


def _target(key: _Key) -> tuple[_Model, str]:
    return key.related_model, key.target_field.name


def _children(model: _Model) -> Iterator[tuple[str, _Model]]:
    if issubclass(model, ClusterableModel):
        for relation in get_all_child_relations(model):
            yield relation.get_accessor_name(), relation.related_model
