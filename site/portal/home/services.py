"""The pages every installation needs: home, and one subtree per department with its permissions."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sites.models import Site as DjangoSite
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import GroupPagePermission, Site

from portal.home.models import BasePage, DepartmentPage, HomePage
from portal.organisations.enums import Role
from portal.organisations.models import Department
from portal.organisations.services import ensure_groups

STANDARD_PORTS = {"http": 80, "https": 443}
#: Permissions on the department's own subtree.
DEPARTMENT_PERMISSIONS = {
    Role.DRAFTER: ("add", "change"),
    Role.HEAD: ("add", "change", "publish"),
}
#: Permissions on the whole site. The reviewers act through their own screens and tasks, not by editing pages.
SITE_PERMISSIONS = {
    Role.OFFICE: ("change", "publish"),
}


@transaction.atomic
def ensure_home_page(*, title: str = "言路") -> HomePage:
    """The home page, created as the root of the default site when there is none. Idempotent."""
    home = HomePage.objects.first()
    if home is None:
        root = BasePage.objects.get(depth=1)
        home = HomePage(title=title, slug=_free_slug(root, "yanlu"))
        root.add_child(instance=home)
    site = Site.objects.filter(is_default_site=True).first() or Site(
        hostname="localhost", is_default_site=True
    )
    if site.root_page_id != home.pk:
        site.root_page, site.site_name = home.basepage_ptr, title
        site.save()
    return home


@transaction.atomic
def point_site_at(address: str) -> None:
    """Make absolute links (feeds, sitemap, mails) begin with `address`, e.g. `https://policy.example.org`.

    Raises ValidationError when it is not an absolute http(s) address.
    """
    parts = urlsplit(address)
    if parts.scheme not in STANDARD_PORTS or not parts.hostname:
        raise ValidationError(_("“%(address)s”不是完整的网址。"), params={"address": address})
    port = parts.port or STANDARD_PORTS[parts.scheme]
    site = Site.objects.filter(is_default_site=True).first()
    if site and (site.hostname, site.port) != (parts.hostname, port):
        site.hostname, site.port = parts.hostname, port
        site.save()
    DjangoSite.objects.filter(pk=settings.SITE_ID).exclude(domain=parts.netloc).update(domain=parts.netloc)
    DjangoSite.objects.clear_cache()


@transaction.atomic
def ensure_department_page(*, department: Department, home: HomePage) -> DepartmentPage:
    """The live page of `department` under `home`, with the permissions of its groups. Idempotent."""
    page = DepartmentPage.objects.filter(department=department).first()
    if page is None:
        page = DepartmentPage(
            title=department.name, slug=_free_slug(home, department.code), department=department
        )
        home.add_child(instance=page)
    groups = ensure_groups(department)
    for role, permissions in DEPARTMENT_PERMISSIONS.items():
        _allow(groups[role], page, permissions)
    for role, permissions in SITE_PERMISSIONS.items():
        _allow(groups[role], home, permissions)
    return page


def _allow(group: Group, page: BasePage, permissions: tuple[str, ...]) -> None:
    held = set(
        GroupPagePermission.objects.filter(group=group, page_id=page.pk).values_list(
            "permission__codename", flat=True
        )
    )
    for permission in permissions:
        if f"{permission}_basepage" not in held:
            GroupPagePermission.objects.create(group=group, page_id=page.pk, permission_type=permission)


def _free_slug(parent: BasePage, wanted: str) -> str:
    """`wanted`, or `wanted-2`, `wanted-3`… when a sibling has it."""
    taken = set(parent.get_children().values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
