import pytest

from interpretations.models import PolicyDocumentPage
from tests.factories.interpretations import PolicyFactory, signed_policy, submitted_policy
from interpretations import gate

pytestmark = pytest.mark.django_db


def test_signed_policy_is_live():
    page = PolicyFactory.create()
    assert gate.content_obstacles(page) == []
    page = signed_policy()
    assert page.live and page.releasable

def test_gov():
    page = signed_policy(in_government_name=True)
    assert page.live and page.releasable
