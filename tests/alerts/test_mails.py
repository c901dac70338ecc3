"""What a mail says: both forms, both languages, every value escaped, every link absolute, one click to stop."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from search.alerts import mails
from search.alerts.enums import MailKind
from search.alerts.models import AlertMail
from search.archive.models import NormativeDocument
from tests.factories.alerts import AlertFactory, MailFactory
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db


def built(*documents: NormativeDocument, **values: Any) -> EmailMultiAlternatives:
    rows = [[document.pk, values.pop("changed", False), "f"] for document in documents]
    total = values.pop("total", len(rows) or 1)
    mail: AlertMail = MailFactory.create(documents=rows, total=total, **values)
    return mails.message(mail)


def html_of(message: EmailMultiAlternatives) -> str:
    return str(message.alternatives[0][0])


def test_titles_and_searches_are_text_not_markup() -> None:
    document = ArchivedDocumentFactory.create(
        title='<img src=x onerror="alert(1)">关于公积金',
        issuing_authority="<b>某厅</b>",
        text="<script>1</script>正文",
    )
    alert = AlertFactory.create(parameters="q=%3Cb%3E%E5%85%AC%E7%A7%AF%E9%87%91")
    message = built(document, alert=alert)
    html = html_of(message)
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;b&gt;公积金" in html
    assert "<b>某厅" not in html
    assert document.title in message.body


def test_a_line_break_in_a_search_is_no_header() -> None:
    alert = AlertFactory.create(parameters="q=a%0D%0ABcc:%20x@example.org")
    message = built(ArchivedDocumentFactory.create(), alert=alert)
    assert "\n" not in message.subject
    assert message.message()["Bcc"] is None


def test_every_link_is_absolute() -> None:
    message = built(
        ArchivedDocumentFactory.create(), ArchivedDocumentFactory.create(page_url="/policies/x/", page_id=5)
    )
    links = re.findall(r'href="([^"]+)"', html_of(message))
    assert len(links) >= 6
    assert all(link.startswith("https://yanlu.example/") for link in links)
    assert "https://yanlu.example/policies/x/" in message.body


def test_new_and_changed_stand_apart_and_the_rest_is_counted() -> None:
    documents = [ArchivedDocumentFactory.create() for _ in range(2)]
    rows = [[documents[0].pk, False, "a"], [documents[1].pk, True, "b"]]
    message = mails.message(MailFactory.create(documents=rows, total=45))
    assert "45 件新文件" in message.subject
    first, second = message.body.index("新收录"), message.body.index("有变动")
    assert first < message.body.index(documents[0].title) < second < message.body.index(documents[1].title)
    assert "还有 43 件没有列出" in message.body
    assert "还有 43 件没有列出" in html_of(message)


def test_a_document_withdrawn_meanwhile_is_left_out() -> None:
    gone = ArchivedDocumentFactory.create(withdrawn=True, title="已经撤回的文件")
    kept = ArchivedDocumentFactory.create()
    assert gone.title not in built(gone, kept).body


def test_one_click_headers_only_where_there_is_a_subscription_to_stop() -> None:
    found = built(ArchivedDocumentFactory.create())
    assert found.extra_headers["List-Unsubscribe"].startswith("<https://yanlu.example/alerts/stop/")
    assert found.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    letter = built(kind=MailKind.CONFIRM)
    assert "List-Unsubscribe" not in letter.extra_headers
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_the_same_row_is_the_same_message() -> None:
    mail = MailFactory.create()
    first, second = mails.message(mail), mails.message(AlertMail.objects.get(pk=mail.pk))
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


@pytest.mark.parametrize("kind", list(MailKind))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_letter_in_both_languages(kind: MailKind, language: str) -> None:
    message = built(alert=AlertFactory.create(language=language), kind=kind)
    assert message.subject.strip()
    assert f'lang="{"en" if language == "en" else "zh-Hans"}"' in html_of(message)
    assert "https://yanlu.example/" in message.body
    assert "{{" not in message.body + html_of(message)


def test_a_confirmation_does_not_carry_the_key_to_everything() -> None:
    """Whoever typed the address wrongly sends it to a stranger, who must not see the others' alerts."""
    letter = built(kind=MailKind.CONFIRM)
    assert "/alerts/confirm/" in letter.body
    assert "/alerts/manage/" not in letter.body + html_of(letter)


def test_a_long_search_is_cut_in_the_subject() -> None:
    alert = AlertFactory.create(parameters="q=" + "%E6%88%BF" * 300)
    assert len(built(alert=alert).subject) < 80


def test_queries_do_not_grow_with_documents(django_assert_num_queries: Any) -> None:
    documents = [ArchivedDocumentFactory.create() for _ in range(12)]
    mail = MailFactory.create(documents=[[one.pk, False, "f"] for one in documents], total=12)
    mail = AlertMail.objects.select_related("alert__contact").get(pk=mail.pk)
    with django_assert_num_queries(1):
        mails.message(mail)
