"""The demo as a visitor and an operator meet it: complete, believable, the same every time, and nobody else's."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import re
import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from consultations.enums import AuthorKind, ConsultationState, DispositionStatus, Screening
from consultations.models import CommentContact, ConsultationPage, Disposition, PublicComment, Theme
from consultations.outcome_coverage import undecided
from interpretations.enums import MaterialForm, Point, SignOffDecision, SignOffKind, StepCode
from interpretations.gate import obstacles
from interpretations.models import PolicyDocumentPage, SignOff
from interpretations.rules import required_kinds
from portal.demo.models import DemoItem
from portal.demo.people import ACCOUNTS
from portal.home.models import DepartmentPage, SectionPage
from portal.organisations.enums import Role
from portal.organisations.models import Department, RoleAssignment, User
from portal.organisations.rules import has_role
from search.archive.clauses import parse_clauses
from search.archive.enums import RelationKind, RelationOrigin, Validity
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.validity import validity_at
from search.models import ActionStatus, IndexAction
from tests.factories.organisations import PASSWORD
from tests.support.demo import comment_texts, run_demo

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

SEED = 7
#: Twice this is what one may take on a quiet machine with two cores.
SECOND_RUN_SECONDS = 3
SIMILAR_SHARE = 0.02


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The whole demo, loaded once for this module, by an operator who reads English, and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override("en"):
            run_demo("--seed", str(SEED))
        yield
        transaction.set_rollback(True)


def fingerprint() -> str:
    """Everything a second run could change."""
    digest = hashlib.sha256()
    for model in apps.get_models():
        if model._meta.app_label in ("sessions", "contenttypes"):
            continue
        for row in model._base_manager.order_by("pk").values_list():
            digest.update(repr(row).encode())
    return digest.hexdigest()


def policy(slug: str) -> PolicyDocumentPage:
    found: PolicyDocumentPage = PolicyDocumentPage.objects.get(slug=slug)
    return found


@pytest.mark.usefixtures("demo", "db")
class TestPeople:
    def test_departments_have_pages_heads_and_drafters(self) -> None:
        departments = list(Department.objects.all())
        assert len(departments) >= 8
        for department in departments:
            assert DepartmentPage.objects.filter(department=department, live=True).exists()
            held = set(RoleAssignment.objects.filter(department=department).values_list("role", flat=True))
            assert {Role.HEAD, Role.DRAFTER} <= held

    def test_one_account_per_role_can_log_in(self) -> None:
        for name, (_display, _title, role, codes) in ACCOUNTS.items():
            user = authenticate(username=name, password=PASSWORD)
            assert isinstance(user, User), name
            for code in codes:
                assert role is not None
                assert has_role(user, role, Department.objects.get(code=code))
        assert User.objects.get(username="admin").is_superuser

    def test_invented_people_cannot_log_in_and_get_no_mail(self) -> None:
        people = User.objects.filter(username__startswith="demo-")
        assert people.count() >= 24
        assert not any(person.has_usable_password() for person in people)
        assert not people.exclude(email="").exists()


@pytest.mark.usefixtures("demo", "db")
class TestPolicies:
    def test_fourteen_at_every_state(self) -> None:
        assert PolicyDocumentPage.objects.count() == 14
        live = PolicyDocumentPage.objects.filter(live=True)
        found = Counter(
            validity_at(NormativeDocument.objects.get(page_id=page.pk)) for page in live.only("pk")
        )
        wanted = {Validity.PENDING, Validity.IN_FORCE, Validity.AMENDED, Validity.REPEALED, Validity.LAPSED}
        assert set(found) == wanted
        assert found[Validity.IN_FORCE] >= 4

    def test_drafting_submitted_and_returned(self) -> None:
        drafting = policy("farmland-upkeep")
        assert not drafting.live
        assert not drafting.workflow_in_progress
        assert len(obstacles(drafting)) > 5
        submitted = policy("food-workshops")
        assert submitted.current_workflow_task.specific.kind == SignOffKind.JOINT
        returned = SignOff.objects.get(
            page=policy("public-rental-allocation"), decision=SignOffDecision.RETURNED
        )
        assert returned.reason_codes == ["no_material", "incomplete"]
        assert "新旧政策差异" in returned.note

    def test_published_are_complete_and_signed_by_the_right_people(self) -> None:
        for page in PolicyDocumentPage.objects.filter(live=True):
            assert obstacles(page) == [], page.title
            signed = {row.kind: row for row in page.sign_offs.all()}
            assert set(signed) == set(required_kinds(page))
            assert has_role(signed[SignOffKind.JOINT].user, Role.HEAD, page.lead_department)
            assert page.first_published_at is not None
            assert all(row.created_at < page.first_published_at for row in signed.values())

    def test_published_answer_the_eight_points_each_in_its_own_words(self) -> None:
        live = PolicyDocumentPage.objects.filter(live=True)
        answers = [point.answer for page in live for point in page.points.all()]
        assert len(answers) == live.count() * len(Point)
        assert len(set(answers)) == len(answers)
        assert min(len(answer) for answer in answers) >= 15

    def test_clauses_are_real(self) -> None:
        for page in PolicyDocumentPage.objects.filter(live=True):
            kinds = Counter(clause.kind for clause in parse_clauses(page.body))
            assert kinds["article"] >= 10 or kinds["section"] >= 5, page.title

    def test_materials_take_many_forms(self) -> None:
        pages = PolicyDocumentPage.objects.filter(live=True)
        forms = {material.form for page in pages for material in page.materials.all()}
        assert len(forms) >= 7
        assert {MaterialForm.CHART, MaterialForm.QUESTIONS, MaterialForm.AUDIO_VIDEO} <= forms

    def test_pictures_are_described_and_films_written_down(self) -> None:
        for page in PolicyDocumentPage.objects.all():
            for material in page.materials.all():
                if material.form == MaterialForm.CHART:
                    assert material.image.width == 900
                    assert len(material.image_alt) > 40
                if material.video_url:
                    assert len(material.transcript) > 100

    def test_five_steps_each(self) -> None:
        for page in PolicyDocumentPage.objects.filter(live=True):
            assert {step.step for step in page.steps.all()} == set(StepCode.values)

    def test_no_placeholder_is_left(self) -> None:
        for page in PolicyDocumentPage.objects.all():
            written = [page.body, page.index_number, page.document_number]
            written += [point.answer for point in page.points.all()] + [
                step.note for step in page.steps.all()
            ]
            assert "{{" not in "".join(written), page.title

    def test_numbers_are_unique_and_of_the_invented_province(self) -> None:
        numbers = [page.document_number for page in PolicyDocumentPage.objects.all() if page.document_number]
        assert len(set(numbers)) == len(numbers)
        assert all(re.fullmatch(r"澜\w+〔20\d\d〕\d+号", number) for number in numbers)


@pytest.mark.usefixtures("demo", "db")
class TestConsultations:
    def test_six_states(self) -> None:
        states = Counter(page.state() for page in ConsultationPage.objects.all())
        assert states == {
            ConsultationState.ANNOUNCED: 1,
            ConsultationState.OPEN: 2,
            ConsultationState.AWAITING_OUTCOME: 1,
            ConsultationState.OVERDUE: 1,
            ConsultationState.OUTCOME_PUBLISHED: 1,
        }

    def test_one_open_is_shortened_for_a_public_reason(self) -> None:
        shortened = [page for page in ConsultationPage.objects.all() if page.is_shortened]
        assert len(shortened) == 1
        assert shortened[0].is_open()
        assert len(shortened[0].shortened_reason) > 50

    def test_at_least_four_hundred_varied_comments(self) -> None:
        comments = [text for _slug, _clause, text, *_rest in comment_texts()]
        assert len(comments) >= 400
        alike = len(comments) - len(set(comments))
        assert alike <= SIMILAR_SHARE * len(comments)

    def test_no_sentence_dominates(self) -> None:
        """Boilerplate would show as one sentence in a great many comments."""
        sentences = Counter(
            sentence
            for comment in PublicComment.objects.all()
            for sentence in set(re.split(r"(?<=[。！？])", comment.comment))
            if sentence
        )
        assert sentences.most_common(1)[0][1] <= 14
        assert len(sentences) > 450

    def test_comments_were_made_while_it_was_open(self) -> None:
        for comment in PublicComment.objects.select_related("consultation"):
            page = comment.consultation
            assert page.opens_at <= comment.submit_date < page.closes_at
            assert comment.submit_date <= timezone.now()

    def test_names_are_masked_and_contacts_apart(self) -> None:
        names = set(CommentContact.objects.exclude(name="").values_list("name", flat=True))
        assert len(names) > 100
        assert not names & set(PublicComment.objects.values_list("author_masked", flat=True))
        assert not PublicComment.objects.exclude(user_email="").exists()

    def test_organisations_screening_and_wordings_vary(self) -> None:
        comments = PublicComment.objects.all()
        assert comments.filter(author_kind=AuthorKind.ORGANISATION).count() >= 20
        assert comments.exclude(proposed_text="").count() >= 20
        used = set(comments.values_list("screening", flat=True))
        assert used >= {Screening.PUBLISHED, Screening.WITHHELD, Screening.REDACTED, Screening.RECEIVED}

    def test_hostile_looking_markup_is_shown_as_text(self) -> None:
        hostile = PublicComment.objects.filter(comment__contains="<script>").get()
        html = Client().get(f"/consultations/{hostile.consultation.slug}/outcome/").content.decode()
        assert "<script>alert(" not in html
        page = PublicComment.objects.filter(comment__contains="<img src=x").get().consultation
        assert "<img src=x" not in Client().get(f"/consultations/{page.slug}/").content.decode()

    def test_contact_details_reach_no_public_page(self) -> None:
        phones = set(CommentContact.objects.exclude(phone="").values_list("phone", flat=True))
        assert len(phones) > 30
        for page in ConsultationPage.objects.filter(live=True):
            html = Client().get(f"/consultations/{page.slug}/").content.decode()
            assert not any(phone in html for phone in phones)
            assert "@example.org" not in html


@pytest.mark.usefixtures("demo", "db")
class TestOutcome:
    def test_every_comment_is_decided_and_the_head_published(self) -> None:
        page = ConsultationPage.objects.get(slug="existing-housing-elevators-draft")
        assert not undecided(page).exists()
        assert page.outcome.published_by.username == "demo-ge-lanting"
        assert page.outcome.final_policy == policy("existing-housing-elevators")
        statuses = set(Disposition.objects.values_list("status", flat=True))
        assert statuses >= {
            DispositionStatus.ADOPTED,
            DispositionStatus.PARTIALLY_ADOPTED,
            DispositionStatus.NOT_ADOPTED,
            DispositionStatus.EXPLAINED,
        }
        assert Theme.objects.filter(consultation=page).count() >= 10
        assert all(theme.public_comments.count() >= 4 for theme in Theme.objects.all())

    def test_the_final_text_visibly_changed(self) -> None:
        html = Client().get("/consultations/existing-housing-elevators-draft/outcome/").content.decode()
        assert html.count("<ins") >= 10
        assert html.count("<del") >= 5
        page = ConsultationPage.objects.get(slug="existing-housing-elevators-draft")
        draft = {clause.text for clause in parse_clauses(page.draft_body)}
        final = {clause.text for clause in parse_clauses(policy("existing-housing-elevators").body)}
        assert len(draft - final) >= 8
        assert len(final & draft) >= 15

    def test_the_awaiting_one_waits_for_the_demo_drafter(self) -> None:
        page = next(
            p for p in ConsultationPage.objects.all() if p.state() == ConsultationState.AWAITING_OUTCOME
        )
        assert has_role(User.objects.get(username="drafter"), Role.DRAFTER, page.department)
        assert undecided(page).count() > 50


@pytest.mark.usefixtures("demo", "db")
class TestArchive:
    def test_sixty_documents_of_many_kinds(self) -> None:
        documents = NormativeDocument.objects.filter(page_id__isnull=True)
        assert documents.count() >= 60
        assert documents.values("level").distinct().count() == 3
        assert documents.values("region").distinct().count() >= 8
        assert documents.values("issuing_authority").distinct().count() >= 25
        assert documents.values("doc_type").distinct().count() == 3
        assert documents.values("year").distinct().count() >= 18
        assert not documents.filter(number_key="").exists()
        assert min(len(document.text) for document in documents) > 120
        assert len({document.text for document in documents}) == documents.count()

    def test_validity_varies(self) -> None:
        documents = NormativeDocument.objects.filter(page_id__isnull=True)
        found = Counter(validity_at(document) for document in documents)
        wanted = {Validity.IN_FORCE, Validity.AMENDED, Validity.REPEALED, Validity.LAPSED, Validity.UNKNOWN}
        assert wanted <= set(found)

    def test_relations_and_the_acts_that_follow(self) -> None:
        kinds = set(DocumentRelation.objects.values_list("kind", flat=True))
        assert kinds >= {
            RelationKind.BASIS,
            RelationKind.AMENDS,
            RelationKind.REPEALS,
            RelationKind.FORWARDS,
            RelationKind.CITES,
        }
        repeals = DocumentRelation.objects.filter(kind=RelationKind.REPEALS, target__isnull=False)
        assert repeals
        for relation in repeals:
            assert relation.target is not None
            assert relation.target.repealed_on == relation.source.effective_on
        resolved = DocumentRelation.objects.filter(target__isnull=False)
        assert resolved.count() >= 25
        # What the texts state is read as well, down to the clause.
        assert resolved.filter(origin=RelationOrigin.MACHINE).exclude(clause_id="").count() >= 10

    def test_the_index_knows_everything(self) -> None:
        assert not IndexAction.objects.exclude(status=ActionStatus.DONE).exists()
        found = Client().get("/api/v1/documents/", {"q": "澜建规〔2019〕7号"}).json()
        assert found["results"][0]["title"] == "澜川省既有住宅加装电梯试点工作指导意见"


@pytest.mark.usefixtures("demo", "db")
class TestPages:
    def test_every_address_of_the_sitemap_answers(self) -> None:
        client = Client()
        waiting, addresses = ["/sitemap.xml"], set[str]()
        while waiting:
            response = client.get(waiting.pop())
            assert response.status_code == 200
            found = re.findall(r"<loc>https?://[^/<]+([^<]*)</loc>", response.content.decode())
            waiting += [path for path in found if path.endswith(".xml")]
            addresses.update(path for path in found if not path.endswith(".xml"))
        assert len(addresses) >= 25
        bad = {path: client.get(path or "/").status_code for path in addresses}
        assert {path: code for path, code in bad.items() if code != 200} == {}

    def test_every_page_a_visitor_can_reach_answers(self) -> None:
        """From the home page through every link without a query."""
        client, waiting, seen = Client(), ["/"], dict[str, int]()
        waiting += [f"/archive/{pk}/" for pk in NormativeDocument.objects.values_list("pk", flat=True)]
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            response = client.get(path, follow=True)
            seen[path] = response.status_code
            if response["Content-Type"].startswith("text/html"):
                links = re.findall(r'href="(/[^"#?]*)"', response.content.decode())
                waiting += [
                    link for link in links if not re.match(r"/(static|media|admin|documents|i18n)/", link)
                ]
        assert len(seen) > 100
        assert {path: code for path, code in seen.items() if code != 200} == {}

    def test_every_link_leads_to_a_page_and_to_a_place_on_it(self) -> None:
        """With queries and fragments; of the result lists of search one click deep, of which there are endlessly many."""
        client, waiting = Client(), ["/"]
        status, places, fragments = dict[str, int](), dict[str, set[str]](), set[tuple[str, str, str]]()
        while waiting:
            path = waiting.pop()
            if path in status:
                continue
            response = client.get(path)
            status[path] = response.status_code
            if not response["Content-Type"].startswith("text/html") or response.status_code >= 300:
                continue
            page = response.content.decode()
            places[path] = set(re.findall(r'\sid="([^"]+)"', page))
            for link in re.findall(r'<a\s[^>]*href="([^"]+)"', page):
                target, _, fragment = html.unescape(urljoin(path, html.unescape(link))).partition("#")
                if not target.startswith("/") or re.match(r"/(static|media|admin|documents)/", target):
                    continue
                if fragment:
                    fragments.add((path, target, fragment))
                if not path.startswith("/search/?"):
                    waiting.append(target)
        assert len(status) > 150
        assert {path: code for path, code in status.items() if code >= 400} == {}
        assert [link for link in fragments if link[1] in places and link[2] not in places[link[1]]] == []

    def test_the_demo_says_that_it_is_invented(self) -> None:
        page = SectionPage.objects.get(slug="demo-notice")
        assert page.live
        assert "全部虚构" in page.body


@pytest.mark.usefixtures("demo", "db")
class TestAgain:
    def test_a_second_run_changes_nothing_and_is_quick(self) -> None:
        before, started = fingerprint(), time.process_time()
        message = run_demo("--seed", str(SEED))
        assert time.process_time() - started < SECOND_RUN_SECONDS
        assert fingerprint() == before
        assert "没有变化" in message

    def test_another_seed_does_not_mix_a_second_demo_in(self) -> None:
        before = fingerprint()
        run_demo("--seed", str(SEED + 1))
        assert fingerprint() == before

    def test_the_day_of_the_first_run_stays_the_anchor(self) -> None:
        anchor = DemoItem.objects.get(key="anchor")
        assert dt.date.fromisoformat(anchor.facts["day"]) == timezone.localdate()
        assert anchor.facts["seed"] == SEED

    def test_what_people_wrote_since_is_left_alone(self) -> None:
        page = policy("food-workshops")
        QuerySet(PolicyDocumentPage).filter(pk=page.pk).update(summary="由起草人改过的摘要")
        Department.objects.filter(code="edu").update(contact_phone="0999-0000000")
        run_demo("--seed", str(SEED))
        assert policy("food-workshops").summary == "由起草人改过的摘要"
        assert Department.objects.get(code="edu").contact_phone == "0999-0000000"
