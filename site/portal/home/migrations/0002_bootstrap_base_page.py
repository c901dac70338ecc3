"""Adds the locale columns in the order Wagtail requires of a base page model of one's own (ADR 0002)."""

from django.db import migrations
from wagtail.models import BootstrapLocaleField, BootstrapTranslatableModel, BootstrapTranslationKeyField


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        BootstrapLocaleField("home.BasePage"),
        BootstrapTranslationKeyField("home.BasePage"),
        BootstrapTranslatableModel("home.BasePage"),
    ]
