"""Yanlu (言路): the project package. The Celery app is loaded here so that shared tasks bind to it."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
