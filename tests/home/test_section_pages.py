"""About, how to comment, privacy, accessibility: there from the first migration, in both languages."""

from __future__ import annotations

import importlib
import re

import pytest
from django.apps import apps
from django.contrib.sites.models import Site as DjangoSite
from django.test import Client
from wagtail.models import Site

from portal.home.models import BasePage, HomePage, SectionPage
from tests.factories.organisations import home_page
from tests.home.markup import parse, problems

pytestmark = pytest.mark.django_db
migration = importlib.import_module("portal.home.migrations.0007_home_page")

SLUGS = ("about", "how-to-comment", "privacy", "accessibility")


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_is_there_in_the_language_of_the_reader(client: Client, slug: str, language: str) -> None:
    response = client.get(f"/{slug}/", headers={"accept-language": language})
    assert response.status_code == 200
    assert problems(response.content) == []
    article = parse(response.content).css_first("main article")
    assert article is not None
    has_chinese = re.search(r"[\u4e00-\u9fff]", article.text()) is not None
    assert has_chinese is (language == "zh-hans")
    assert article.attributes["lang"] == ("en" if language == "en" else "zh-Hans")


def test_without_english_text_the_chinese_is_shown_and_marked_as_chinese(client: Client) -> None:
    home_page().add_child(instance=SectionPage(title="联系我们", slug="contact", body="<p>电话</p>"))
    article = parse(client.get("/contact/", headers={"accept-language": "en"}).content).css_first("article")
    assert article is not None
    assert article.attributes["lang"] == "zh-Hans"
    assert "电话" in article.text()


def test_the_footer_leads_to_pages_that_exist(client: Client) -> None:
    links = [link.attributes["href"] for link in parse(client.get("/").content).css(".site-footer a")]
    own = [link for link in links if link and link.strip("/") in {*SLUGS, "departments", "board"}]
    assert len(own) == 6
    for link in own:
        assert client.get(link).status_code == 200


def test_the_tree_of_the_first_migration_is_whole() -> None:
    assert BasePage.find_problems() == ([], [], [], [], [])
    assert HomePage.objects.count() == 1
    site = Site.objects.get(is_default_site=True)
    assert site.root_page_id == HomePage.objects.get().pk
    assert not BasePage.objects.filter(title__contains="Welcome").exists()


def test_running_the_migration_again_changes_nothing() -> None:
    before = list(BasePage.objects.order_by("path").values_list("path", "title", "numchild"))
    sites = list(Site.objects.values_list("hostname", "port", "root_page_id"))
    for step in (migration.create_home_page, migration.create_section_pages, migration.name_the_site):
        step(apps, None)
    assert list(BasePage.objects.order_by("path").values_list("path", "title", "numchild")) == before
    assert list(Site.objects.values_list("hostname", "port", "root_page_id")) == sites


def test_an_address_somebody_set_is_kept() -> None:
    DjangoSite.objects.update(domain="www.yunling.example")
    Site.objects.update(hostname="www.yunling.example", port=443)
    migration.name_the_site(apps, None)
    assert DjangoSite.objects.get().domain == "www.yunling.example"
    assert Site.objects.get().hostname == "www.yunling.example"


def test_an_editor_s_page_at_the_same_address_is_kept() -> None:
    about = SectionPage.objects.get(slug="about")
    about.body = "<p>编辑改过的正文</p>"
    about.save()
    migration.create_section_pages(apps, None)
    assert SectionPage.objects.get(slug="about").body == "<p>编辑改过的正文</p>"


@pytest.mark.parametrize(
    ("last", "expected"),
    [(None, "P0001"), ("P0001", "P0002"), ("P0009", "P000A"), ("P000Z", "P0010"), ("P00ZZ", "P0100")],
)
def test_paths_count_in_base_36(last: str | None, expected: str) -> None:
    assert migration._next_path("P", last) == expected
