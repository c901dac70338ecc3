"""The home page takes the place of Wagtail's welcome page; the four section pages are put below it.

Both steps look before they write, so an installation that already has them keeps what its editors made.
"""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import migrations
from django.utils import timezone

from portal.home.migrations._section_pages import SECTION_PAGES

TITLE = "言路"
STEP_LENGTH = 4
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def create_home_page(apps, schema_editor):
    HomePage = apps.get_model("home", "HomePage")
    if HomePage.objects.exists():
        return
    BasePage = apps.get_model("home", "BasePage")
    welcome = BasePage.objects.filter(depth=2, slug="home", content_type__model="basepage").first()
    if welcome is None:
        return
    home = HomePage(basepage_ptr_id=welcome.pk)
    home.__dict__.update({key: value for key, value in welcome.__dict__.items() if not key.startswith("_")})
    home.title = home.draft_title = TITLE
    home.content_type = _content_type(apps, "homepage")
    home.first_published_at = home.last_published_at = timezone.now()
    home.save()


def create_section_pages(apps, schema_editor):
    HomePage = apps.get_model("home", "HomePage")
    SectionPage = apps.get_model("home", "SectionPage")
    BasePage = apps.get_model("home", "BasePage")
    home = HomePage.objects.first()
    if home is None:
        return
    content_type = _content_type(apps, "sectionpage")
    below = BasePage.objects.filter(path__startswith=home.path, depth=home.depth + 1)
    taken = set(below.values_list("slug", flat=True))
    for fields in SECTION_PAGES:
        if fields["slug"] in taken:
            continue
        last = below.order_by("path").values_list("path", flat=True).last()
        SectionPage.objects.create(
            **{**fields, "body": fields["body"].strip(), "body_en": fields["body_en"].strip()},
            draft_title=fields["title"],
            path=_next_path(home.path, last),
            depth=home.depth + 1,
            url_path=f"{home.url_path}{fields['slug']}/",
            content_type=content_type,
            locale_id=home.locale_id,
            translation_key=uuid.uuid4(),
            first_published_at=timezone.now(),
            last_published_at=timezone.now(),
        )
        home.numchild += 1
        home.save(update_fields=["numchild"])


def name_the_site(apps, schema_editor):
    """Wagtail's default site and Django's site get the address of this installation, unless somebody set one."""
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    home = apps.get_model("home", "HomePage").objects.first()
    WagtailSite = apps.get_model("wagtailcore", "Site")
    if home is not None and not WagtailSite.objects.filter(is_default_site=True).exclude(root_page_id=home.pk).exists():
        WagtailSite.objects.filter(is_default_site=True, hostname="localhost", port=80).update(
            hostname=address.hostname or "localhost", port=port, site_name=TITLE
        )
    DjangoSite = apps.get_model("sites", "Site")
    if not DjangoSite.objects.exclude(domain="example.com").exists():
        DjangoSite.objects.update_or_create(
            pk=settings.SITE_ID, defaults={"domain": address.netloc or "localhost", "name": TITLE}
        )


def _content_type(apps, model):
    ContentType = apps.get_model("contenttypes", "ContentType")
    return ContentType.objects.get_or_create(app_label="home", model=model)[0]


def _next_path(parent, last):
    """The path after `last` among the children of `parent`: treebeard counts in base 36, four digits a level."""
    number = int(last[-STEP_LENGTH:], 36) + 1 if last else 1
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = ALPHABET[digit] + digits
    return parent + digits.rjust(STEP_LENGTH, "0")


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0006_section_page_english"),
        ("sites", "0002_alter_domain_unique"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.RunPython(create_home_page, migrations.RunPython.noop),
        migrations.RunPython(create_section_pages, migrations.RunPython.noop),
        migrations.RunPython(name_the_site, migrations.RunPython.noop),
    ]
