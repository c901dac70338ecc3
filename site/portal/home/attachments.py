"""Who may download a file: everybody once a public page shows it, staff before that (国令711 §17: review comes first)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.models import ReferenceIndex

from portal.home.models import BasePage


def may_download(request: HttpRequest, document: Any) -> bool:
    """True for staff, and for anybody when a live public page refers to `document`.

    The file of a draft is thus not public by its address alone. Costs at most two queries beyond the session's.
    """
    if request.user.has_perm("wagtailadmin.access_admin"):
        return True
    base_type = BasePage(title="").get_base_content_type()
    pages = ReferenceIndex.get_references_to(document).filter(base_content_type=base_type)
    ids = [int(object_id) for object_id in pages.values_list("object_id", flat=True)]
    return BasePage.objects.live().public().filter(pk__in=ids).exists()
