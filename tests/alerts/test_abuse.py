"""Subscriptions in the hands of somebody who means ill: no letters of theirs, no list of addresses, no keys that fit twice."""

from __future__ import annotations

import datetime as dt
import string
import time
from urllib.parse import parse_qsl, quote

import pytest
from django.core import mail, signing
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from search.alerts import mails, missed, outbox, services
from search.alerts.admin_views import harmless_cell
from search.alerts.enums import LETTERS, AlertStatus, MailKind
from search.alerts.mails import LETTER_WORDS
from search.alerts.masking import mask, says_nothing
from search.alerts.models import AlertContact, AlertMail, MissedSearch, SearchAlert
from search.alerts.services import MAX_LETTERS, contact_key
from search.alerts.tokens import CONFIRM_DAYS, MANAGE_DAYS, Purpose, alert_of, contact_of, token_of
from search.query import SearchQuery, parse_query
from tests.factories.alerts import AlertFactory, ContactFactory, MailFactory
from tests.factories.search import ArchivedDocumentFactory

FORM = {"email": "reader@example.org", "frequency": "daily"}
ADVERT = "快来 www.casino.example/win 领奖 http://evil.example/x?y=1 买房请上 casino.example 现在"


@pytest.mark.django_db
class TestLettersOfStrangers:
    @pytest.mark.parametrize("kind", sorted(LETTERS))
    def test_carry_no_address_a_stranger_typed_and_not_much_of_his_text(self, kind: MailKind) -> None:
        alert = AlertFactory.create(parameters=f"q={quote(ADVERT + '买' * 300)}")
        row = MailFactory.create(alert=alert, kind=kind)
        message = mails.message(row)
        html = str(message.alternatives[0][0])
        for text in (message.subject, str(message.body), html):
            assert "casino" not in text
            assert "evil" not in text
            assert text.count("买") <= LETTER_WORDS
        if kind == MailKind.CONFIRM:
            assert "领奖" in str(message.body), "the words themselves tell the reader what is asked"

    def test_a_filter_is_no_way_around_it(self) -> None:
        alert = AlertFactory.create(
            parameters=f"issuer={quote('http://evil.example/')}&genre={quote('www.casino.example')}"
        )
        message = mails.message(MailFactory.create(alert=alert, kind=MailKind.CONFIRM))
        text = "".join((str(message.subject), str(message.body), str(message.alternatives[0][0])))
        assert "evil" not in text
        assert "casino" not in text

    def test_who_confirmed_sees_the_search_as_it_is(self) -> None:
        alert = AlertFactory.create(parameters=f"q={quote('www.gov.example 公积金')}")
        row = MailFactory.create(alert=alert, documents=[[ArchivedDocumentFactory.create().pk, False, "f"]])
        assert "www.gov.example" in str(mails.message(row).body)

    def test_however_many_forms_are_sent_the_mailbox_gets_few(self, client: Client) -> None:
        for number in range(MAX_LETTERS * 3):
            assert client.post(f"/alerts/new/?q=词{number}", FORM)["Location"] == "/alerts/sent/"
            client.post(f"/alerts/new/?q=词{number}", {**FORM, "email": "READER@Example.org"})
        outbox.send_due()
        assert len(mail.outbox) == MAX_LETTERS

    def test_one_mailbox_is_not_another_that_folds_alike(self) -> None:
        """straße.example and strasse.example are two hosts: the one must not be sent the other's keys."""
        keys = {
            contact_key(f"reader@{host}") for host in ("straße.example", "strasse.example", "STRASSE.example")
        }
        assert len(keys) == 2
        assert contact_key(" Reader@Example.ORG") == contact_key("reader@example.org")

    def test_a_letter_that_is_not_answered_leaves_nothing(self) -> None:
        services.subscribe(
            email=FORM["email"], query=SearchQuery(q="词"), frequency="daily", language="zh-hans"
        )
        from search.alerts import tasks

        tasks.purge(timezone.now() + dt.timedelta(days=CONFIRM_DAYS, hours=1))
        assert not AlertContact.objects.exists()
        assert not AlertMail.objects.exists()


@pytest.mark.django_db
class TestNobodyLearnsWhoSubscribes:
    STATES = ("unknown", *AlertStatus.values)

    def answer(self, client: Client, state: str) -> tuple[int, str, bytes]:
        email = f"{state}@example.org"
        if state != "unknown":
            AlertFactory.create(contact=ContactFactory.create(email=email), status=state)
        given = client.post("/alerts/new/?q=公积金", {**FORM, "email": email})
        return given.status_code, given["Location"], given.content

    def test_the_answer_is_one_and_the_same(self, client: Client) -> None:
        assert len({self.answer(client, state) for state in self.STATES}) == 1

    def test_so_is_the_number_of_letters_and_nothing_is_confirmed_by_it(self, client: Client) -> None:
        for state in self.STATES:
            self.answer(client, state)
        assert AlertMail.objects.count() == len(self.STATES)
        assert SearchAlert.objects.filter(status=AlertStatus.CONFIRMED).count() == 1

    def test_a_full_address_answers_alike(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MAX_ALERTS", 1)
        AlertFactory.create(contact=ContactFactory.create(email=FORM["email"]), parameters="q=b")
        full = client.post("/alerts/new/?q=公积金", FORM)
        free = client.post("/alerts/new/?q=公积金", {**FORM, "email": "free@example.org"})
        assert (full.status_code, full["Location"]) == (free.status_code, free["Location"])

    def test_useless_links_all_look_the_same(self, client: Client) -> None:
        gone = AlertFactory.create()
        token = token_of(Purpose.STOP, gone.pk)
        gone.delete()
        forged = signing.TimestampSigner(salt="alerts.stop", sep=".", key="x" * 50).sign("1")
        pages = set()
        for key in (token, forged, "1", "1.2.3", "%00", ".."):
            answer = client.get(f"/alerts/stop/{key}/")
            assert answer.status_code == 410
            pages.add(answer.content.decode().partition("<main")[2].partition("</main>")[0])
        assert len(pages) == 1
        assert "链接已失效" in pages.pop()


@pytest.mark.django_db
class TestKeys:
    @pytest.mark.parametrize("made", list(Purpose))
    @pytest.mark.parametrize("used", list(Purpose))
    def test_each_opens_one_thing(self, made: Purpose, used: Purpose) -> None:
        alert = AlertFactory.create()
        key = token_of(made, alert.contact_id if made is Purpose.MANAGE else alert.pk)
        opened = contact_of(key) if used is Purpose.MANAGE else alert_of(used, key)
        assert (opened is not None) == (made is used)

    @pytest.mark.parametrize(
        ("purpose", "days", "works"),
        [
            (Purpose.CONFIRM, CONFIRM_DAYS - 1, True),
            (Purpose.CONFIRM, CONFIRM_DAYS + 1, False),
            (Purpose.MANAGE, MANAGE_DAYS - 1, True),
            (Purpose.MANAGE, MANAGE_DAYS + 1, False),
            (Purpose.STOP, 4_000, True),
        ],
    )
    def test_each_lasts_as_long_as_it_must(
        self, purpose: Purpose, days: int, works: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        alert = AlertFactory.create()
        now = time.time()
        with monkeypatch.context() as past:
            past.setattr(time, "time", lambda: now - days * 86_400)
            key = token_of(purpose, alert.contact_id if purpose is Purpose.MANAGE else alert.pk)
        found: object = contact_of(key) if purpose is Purpose.MANAGE else alert_of(purpose, key)
        assert (found is not None) == works

    @settings(max_examples=40, deadline=None)
    @given(st.text(alphabet=string.ascii_letters + string.digits + ".:-_%\x00é", max_size=60))
    def test_nothing_guessed_opens_anything(self, key: str) -> None:
        assert all(alert_of(purpose, key) is None for purpose in Purpose)
        assert contact_of(key) is None

    def test_a_key_says_nothing_about_its_reader(self) -> None:
        alert = AlertFactory.create(contact__email="xiaoming.zhu@example.org", parameters="q=secret")
        for purpose in Purpose:
            key = token_of(purpose, alert.pk)
            assert "xiaoming" not in key
            assert "secret" not in key

    def test_stopping_needs_a_post_and_then_nothing_brings_it_back_but_a_new_confirmation(
        self, client: Client
    ) -> None:
        alert = AlertFactory.create()
        path = f"/alerts/stop/{token_of(Purpose.STOP, alert.pk)}/"
        confirm = f"/alerts/confirm/{token_of(Purpose.CONFIRM, alert.pk)}/"
        client.get(path)
        assert SearchAlert.objects.get().status == AlertStatus.CONFIRMED
        # What a mail program sends (RFC 8058), without a session, and once more when it is nervous.
        for _ in range(2):
            answer = Client(enforce_csrf_checks=True).post(
                path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
            )
            assert answer.status_code == 200
        assert client.post(confirm).status_code == 409
        assert SearchAlert.objects.get().status == AlertStatus.STOPPED

    def test_a_stranger_who_subscribes_a_stopped_address_again_sends_one_letter_only(
        self, client: Client
    ) -> None:
        contact = ContactFactory.create(email=FORM["email"])
        alert = AlertFactory.create(contact=contact, status=AlertStatus.STOPPED)
        client.post("/alerts/new/?q=公积金", FORM)
        alert.refresh_from_db()
        assert alert.status == AlertStatus.PENDING
        assert [row.kind for row in AlertMail.objects.all()] == [MailKind.CONFIRM]
        assert alert.next_due_at is None or alert.status != AlertStatus.CONFIRMED


@pytest.mark.django_db
class TestMissedSearchesOfPersons:
    @pytest.mark.parametrize("name", ["q", "issuer", "region", "genre"])
    @pytest.mark.parametrize(
        "private", ["13800138000", "zhangsan@example.org", "我叫王小明", "53010219900101123X"]
    )
    def test_whatever_field_it_was_typed_into_it_is_not_kept(self, name: str, private: str) -> None:
        missed.record_search(parse_query(QueryDict(f"q=低保&{name}={quote(private)}&level=city")), 0)
        missed.record_search(parse_query(QueryDict(f"{name}={quote('低保 ' + private)}&q=申领")), 0)
        for row in MissedSearch.objects.all():
            kept = f"{row.text} {dict(parse_qsl(row.parameters))}"
            assert private not in kept
            assert "王小明" not in kept
            assert "zhangsan" not in kept

    def test_other_filters_stay(self) -> None:
        missed.record_search(
            parse_query(QueryDict("q=低保&issuer=13800138000&issuer=云岭省民政厅&level=city")), 0
        )
        kept = parse_qsl(MissedSearch.objects.get().parameters)
        assert sorted(kept) == [("issuer", "云岭省民政厅"), ("level", "city"), ("q", "低保")]

    @given(
        st.lists(
            st.sampled_from(
                [
                    "我叫",
                    "姓名：",
                    "举报",
                    "王小明",
                    "13800138000",
                    "a@b.cn",
                    " ",
                    "的",
                    "低保",
                    "-",
                    "7",
                    "２",
                ]
            ),
            max_size=9,
        )
    )
    def test_what_was_masked_holds_nothing_more_to_mask(self, pieces: list[str]) -> None:
        once, changed = mask("".join(pieces))
        if changed:
            assert mask(once) == (once, False)
        else:
            assert once == "".join(pieces)

    @given(
        st.text(alphabet="低保申领 ，", max_size=12),
        st.from_regex(r"1[3-9]\d{9}", fullmatch=True),
        st.sampled_from(["", " ", "-"]),
    )
    def test_a_telephone_number_is_found_between_any_words(self, words: str, number: str, joint: str) -> None:
        written = joint.join((number[:3], number[3:7], number[7:]))
        masked, changed = mask(f"{words}{written}{words}")
        assert changed
        assert not any(char.isdigit() for char in masked)
        assert says_nothing(masked) == (not any(char.isalnum() for char in words))


@given(st.text(max_size=20))
def test_no_cell_is_a_formula_and_none_is_lost(text: str) -> None:
    cell = harmless_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.endswith(text)
