"""The editing screens carry the site's name and load our stylesheet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from portal.organisations.models import User
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


def test_the_login_page_is_in_chinese_and_says_who_it_is_for(client: Client) -> None:
    html = client.get("/admin/login/", follow=True).content.decode()
    assert "登录言路工作台" in html
    assert "查看政策、提意见和查询回执都不需要登录" in html
    assert "img/seal.svg" in html


def test_the_start_page_of_the_admin_loads_our_stylesheet(sign_in: Callable[[User], Client]) -> None:
    html = sign_in(UserFactory.create(is_superuser=True)).get("/admin/").content.decode()
    assert "css/admin.css" in html
    assert "言路工作台" in html
    assert "yl-sidebar-logo" in html
