"""Who may do what to a policy, on one screen (H§9). Superusers hold no role by being superusers: signing is personal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interpretations.enums import SignOffKind
from portal.organisations.enums import Role
from portal.organisations.rules import has_role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from interpretations.models import PolicyDocumentPage
    from portal.organisations.models import User

#: The order of review: legality and secrecy, then the head for document, plan and materials at once, then the office.
SIGNING_ORDER = (SignOffKind.LEGALITY, SignOffKind.SECRECY, SignOffKind.JOINT, SignOffKind.OFFICE)
SIGNING_ROLE = {
    SignOffKind.LEGALITY: Role.LEGALITY,
    SignOffKind.SECRECY: Role.SECRECY,
    SignOffKind.JOINT: Role.HEAD,
    SignOffKind.OFFICE: Role.OFFICE,
}


def required_kinds(page: PolicyDocumentPage) -> tuple[SignOffKind, ...]:
    """The sign-offs this policy needs; the general office accepts only what is issued in the government's name."""
    if page.in_government_name:
        return SIGNING_ORDER
    return SIGNING_ORDER[:-1]


def may_sign(user: User | AnonymousUser, kind: SignOffKind, page: PolicyDocumentPage) -> bool:
    """The head signs only for the department that leads this policy; the other reviewers act government-wide."""
    return page.lead_department is not None and has_role(user, SIGNING_ROLE[kind], page.lead_department)


def may_submit(user: User | AnonymousUser, page: PolicyDocumentPage) -> bool:
    """Drafters and the head of the lead department."""
    department = page.lead_department
    if department is None:
        return False
    return has_role(user, Role.DRAFTER, department) or has_role(user, Role.HEAD, department)


def may_release(user: User | AnonymousUser, page: PolicyDocumentPage) -> bool:
    """Publish, schedule or withdraw: the office, or the lead department's head for its own documents."""
    department = page.lead_department
    if department is None:
        return False
    if has_role(user, Role.OFFICE, department):
        return True
    return not page.in_government_name and has_role(user, Role.HEAD, department)


def may_review(user: User | AnonymousUser, page: PolicyDocumentPage) -> bool:
    """Read a bundle in the review screen: those who write it and those who sign it."""
    return may_submit(user, page) or any(may_sign(user, kind, page) for kind in required_kinds(page))
