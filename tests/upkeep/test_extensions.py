"""有效期延续 read off texts: which extensions count, what they come to on any day, who stands over them, what waits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from search.archive.curation import confirm_validity, document_corrected
from search.archive.enums import RelationKind, RelationOrigin, Validity
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.relation_services import confirm_relation, reject_relation
from search.archive.relations import resolve_relations
from search.archive.services import DocumentRow, upsert_documents, upsert_site_document
from search.archive.validity import validity_at
from search.conditions import validity_on
from search.upkeep.acts import project, record
from search.upkeep.enums import ActKind, ActOrigin, Conclusion
from search.upkeep.extensions import in_force_of, open_extensions
from search.upkeep.found import acts_from_relations
from search.upkeep.models import ValidityAct
from search.upkeep.proposals import propose
from search.upkeep.validity_view import validity_view
from tests.factories.archive import DocumentFactory, day
from tests.factories.organisations import UserFactory
from tests.factories.upkeep import BatchFactory, EntryFactory
from tests.upkeep.test_agreement import facts_of, holds

D = dt.date
BASE = D(2022, 12, 31)
#: Of the 2018 text that the tests extend.
TITLE, NUMBER = "云岭省渡口管理办法", "云政发〔2018〕7号"


def ferry(**kwargs: Any) -> NormativeDocument:
    """The text that is extended: in force from 2018 to the end of 2022."""
    made: NormativeDocument = DocumentFactory.create(
        **{"title": TITLE, "document_number": NUMBER, "number_key": "standard|云政发|2018|7", "title_key": TITLE,
           "adopted_on": day("2018-01-01"), "published_on": day("2018-01-01"), "effective_on": day("2018-01-01"),
           "valid_until": BASE, "text": "第一条 甲。", "validity_confirmed": True, **kwargs}
    )  # fmt: skip
    return made


def notice(words: str, on: str = "2022-11-01", **kwargs: Any) -> NormativeDocument:
    """A text that says `words` on the day `on`; {x} is the ferry text."""
    made: NormativeDocument = DocumentFactory.create(
        **{"title": f"云岭省人民政府关于有关文件有效期的通知{on}", "text": words.format(x=f"《{TITLE}》（{NUMBER}）"),
           "adopted_on": day(on), "published_on": day(on), "effective_on": day(on), **kwargs}
    )  # fmt: skip
    return made


def read(*sources: NormativeDocument) -> None:
    resolve_relations(document_ids=[source.pk for source in sources])


def days(document: NormativeDocument) -> tuple[dt.date | None, dt.date | None]:
    document.refresh_from_db()
    return document.valid_until, document.stated_until


@pytest.mark.django_db
class TestWhatCounts:
    def test_a_stated_last_day_is_taken_over(self) -> None:
        target, source = ferry(), notice("将{x}的有效期延长至2027年12月31日。")
        read(source)
        assert days(target) == (D(2027, 12, 31), BASE)
        act = ValidityAct.objects.get(document=target)
        assert (act.kind, act.origin, act.act, act.effective_on, act.valid_until) == (
            ActKind.TERM, ActOrigin.MACHINE, source, day("2022-11-01"), D(2027, 12, 31),
        )  # fmt: skip
        assert validity_at(target, D(2025, 6, 1)) is Validity.IN_FORCE
        assert validity_at(target, D(2028, 1, 1)) is Validity.LAPSED

    def test_a_length_is_counted_from_the_last_day(self) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        read(source)
        assert days(target)[0] == D(2027, 12, 31)

    def test_the_end_of_february_stays_the_end_of_february(self) -> None:
        target = ferry(valid_until=D(2024, 2, 29))
        read(notice("{x}有效期延长1年。", "2024-01-01"))
        assert days(target)[0] == D(2025, 2, 28)

    def test_reading_again_changes_nothing(self) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        read(source)
        first = ValidityAct.objects.get(document=target).pk
        assert acts_from_relations([source.pk]) == 0
        read(source)
        assert ValidityAct.objects.get(document=target).pk == first
        assert days(target) == (D(2027, 12, 31), BASE)

    def test_one_extension_after_another_in_whatever_order_they_are_read(self) -> None:
        target = ferry()
        first = notice("{x}有效期延长2年。", "2022-11-01")
        second = notice("{x}有效期再延长2年。", "2024-11-01")
        read(second)
        assert days(target) == (BASE, None), "made after the document lapsed, as far as is known yet"
        read(first)
        assert days(target) == (D(2026, 12, 31), BASE)
        assert ValidityAct.objects.filter(document=target).count() == 2

    def test_a_target_that_arrives_later_is_extended(self) -> None:
        source = notice("{x}有效期延长至2027年12月31日。")
        read(source)
        target = ferry()
        resolve_relations(document_ids=[target.pk])
        assert days(target) == (D(2027, 12, 31), BASE)

    def test_many_files_in_one_list(self) -> None:
        first = ferry()
        second = ferry(title="云岭省码头管理办法", title_key="云岭省码头管理办法", document_number="云政发〔2018〕8号",
                       number_key="standard|云政发|2018|8")  # fmt: skip
        read(
            notice(
                "下列文件有效期延长至2027年12月31日：\n1.{x}\n2.《云岭省码头管理办法》（云政发〔2018〕8号）\n"
            )
        )
        assert [days(d)[0] for d in (first, second)] == [D(2027, 12, 31)] * 2

    def test_a_text_that_no_longer_says_so_gives_the_day_back(self) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        read(source)
        NormativeDocument.objects.filter(pk=source.pk).update(text="其他事项。")
        read(source)
        assert days(target) == (BASE, None)
        assert not ValidityAct.objects.filter(document=target).exists()

    def test_a_text_that_says_another_day_moves_it(self) -> None:
        target, source = ferry(), notice("{x}有效期延长至2027年12月31日。")
        read(source)
        NormativeDocument.objects.filter(pk=source.pk).update(
            text=source.text.replace("2027年12月31日", "2025年6月30日")
        )
        read(source)
        assert days(target) == (D(2025, 6, 30), BASE)

    def test_a_withdrawn_text_extends_nothing(self) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        read(source)
        NormativeDocument.objects.filter(pk=source.pk).update(withdrawn=True)
        read(source)
        assert days(target) == (BASE, None)

    @pytest.mark.parametrize(
        ("words", "kwargs"),
        [
            ("{x}继续有效。", {}),
            ("{x}有效期延长至2022年6月30日。", {}),
            ("{x}有效期由2021年12月31日延长至2027年12月31日。", {}),
            ("{x}有效期延长5年，至2026年12月31日。", {}),
            ("{x}有效期延长5年。", {"on": "2023-02-01"}),
            ("{x}第一条有效期延长至2027年12月31日。", {}),
            ("拟将{x}的有效期延长至2027年12月31日。", {}),
            ("{x}有效期延长5年。", {"issuing_authority": "雾海市人民政府", "region": "雾海市"}),
            ("{x}有效期延长5年。", {"title": "云岭省人民政府关于文件有效期的通知（征求意见稿）"}),
            ("{x}有效期延长5年。", {"title": "《关于文件有效期的通知》解读"}),
            ("{x}有效期延长5年。", {"adopted_on": None, "published_on": None, "effective_on": None}),
        ],
    )  # fmt: skip
    def test_what_leaves_something_to_guess_changes_nothing(self, words: str, kwargs: dict[str, Any]) -> None:
        target = ferry()
        read(notice(words, **kwargs))
        assert days(target) == (BASE, None)
        assert not ValidityAct.objects.exists()

    def test_a_document_without_a_known_last_day_gets_none(self) -> None:
        target = ferry(valid_until=None)
        read(notice("{x}有效期延长至2027年12月31日。"))
        assert days(target) == (None, None)
        assert [e.until for e in open_extensions([target.pk])[target.pk]] == [D(2027, 12, 31)]

    def test_a_draft_repeals_nothing_either(self) -> None:
        target = ferry()
        read(notice("{x}同时废止。", title="云岭省渡口管理条例（征求意见稿）"))
        target.refresh_from_db()
        assert target.repealed_on is None


@pytest.mark.django_db
class TestPeople:
    def test_a_day_a_person_confirmed_stands_over_earlier_extensions(self) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        confirm_validity(
            document_id=target.pk,
            user=UserFactory.create(is_superuser=True),
            valid_until=BASE,
            note="见目录。",
        )
        read(source)
        assert days(target) == (BASE, None)

    def test_confirming_the_extended_day_makes_it_the_persons(self) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        read(source)
        user = UserFactory.create(is_superuser=True)
        confirm_validity(document_id=target.pk, user=user, valid_until=D(2027, 12, 31), note="见目录。")
        NormativeDocument.objects.filter(pk=source.pk).update(text="其他事项。")
        read(source)
        assert days(target) == (D(2027, 12, 31), None)

    def test_an_extension_of_a_later_day_counts_again(self) -> None:
        target = ferry()
        record(
            [ValidityAct(document=target, kind=ActKind.TERM, effective_on=day("2020-01-01"), valid_until=D(2024, 12, 31),
                         origin=ActOrigin.PERSON)]
        )  # fmt: skip
        assert days(target) == (D(2024, 12, 31), None)
        read(notice("{x}有效期延长1年。", "2024-06-01"))
        assert days(target) == (D(2025, 12, 31), D(2024, 12, 31))

    def test_what_people_declared_lapsed_stays_lapsed(self) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。", "2022-11-01")
        record(
            [ValidityAct(document=target, kind=ActKind.LAPSE, effective_on=day("2020-06-01"), origin=ActOrigin.CLEANUP)]
        )  # fmt: skip
        read(source)
        assert days(target) == (D(2020, 5, 31), None)

    def test_a_continuation_without_a_day_leaves_the_extension(self) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        read(source)
        record(
            [ValidityAct(document=target, kind=ActKind.CONTINUE, effective_on=day("2024-06-01"), origin=ActOrigin.CLEANUP)]
        )  # fmt: skip
        assert days(target) == (D(2027, 12, 31), BASE)

    def test_a_rejected_statement_gives_the_day_back(self) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        read(source)
        relation = DocumentRelation.objects.get(source=source, kind=RelationKind.EXTENDS)
        reject_relation(
            relation_id=relation.pk, user=UserFactory.create(is_superuser=True), note="说的不是本文件。"
        )
        assert days(target) == (BASE, None)
        read(source)
        assert days(target) == (BASE, None)

    def test_a_confirmed_statement_is_a_persons_word(self) -> None:
        target = ferry()
        source = notice("{x}有效期延长至2027年12月31日。", "2023-02-01")
        read(source)
        assert days(target) == (BASE, None)
        relation = DocumentRelation.objects.get(source=source, kind=RelationKind.EXTENDS)
        confirm_relation(relation_id=relation.pk, user=UserFactory.create(is_superuser=True))
        assert days(target) == (D(2027, 12, 31), None)
        act = ValidityAct.objects.get(document=target)
        assert (act.origin, act.act) == (ActOrigin.PERSON, source)
        assert relation.__class__.objects.get(pk=relation.pk).origin == RelationOrigin.PERSON

    def test_a_day_taken_away_by_hand_does_not_come_back(self) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        read(source)
        target.refresh_from_db()
        before = {"valid_until": target.valid_until}
        target.valid_until = None
        target.save()
        document_corrected(document=target, user=UserFactory.create(is_superuser=True), before=before)
        read(source)
        assert days(target) == (None, None)


@pytest.mark.django_db
class TestImports:
    FIELDS = {
        "title": TITLE, "document_number_raw": NUMBER, "text": "第一条 甲。", "published_on": day("2018-01-01"),
        "effective_on": day("2018-01-01"), "issuing_authority": "云岭省人民政府", "region": "云岭省",
    }  # fmt: skip

    def make(self) -> tuple[NormativeDocument, NormativeDocument]:
        upsert_documents(rows=[DocumentRow("ferry", {**self.FIELDS, "valid_until": BASE})])
        target = NormativeDocument.objects.get(source_key="ferry")
        source = notice("{x}有效期延长5年。", issuing_authority="云岭省人民政府", region="云岭省")
        read(target, source)
        assert days(target) == (D(2027, 12, 31), BASE)
        return target, source

    @pytest.mark.parametrize(
        ("stated", "expected"),
        [
            (BASE, (D(2027, 12, 31), BASE)),
            (None, (D(2027, 12, 31), BASE)),
            (D(2023, 6, 30), (D(2027, 12, 31), D(2023, 6, 30))),
            (D(2030, 12, 31), (D(2030, 12, 31), D(2030, 12, 31))),
        ],
    )
    def test_the_source_states_its_day_once_more(
        self, stated: dt.date | None, expected: tuple[dt.date, dt.date]
    ) -> None:
        target, _source = self.make()
        upsert_documents(
            rows=[DocumentRow("ferry", {**self.FIELDS, "valid_until": stated, "text": "第一条 乙。"})]
        )
        assert days(target) == expected

    def test_a_length_follows_the_day_the_source_corrects(self) -> None:
        target, _source = self.make()
        upsert_documents(rows=[DocumentRow("ferry", {**self.FIELDS, "valid_until": D(2023, 6, 30)})])
        read(target)
        assert days(target) == (D(2028, 6, 30), D(2023, 6, 30))

    def test_a_policy_published_again_keeps_its_extension(self) -> None:
        fields = {**self.FIELDS, "valid_until": BASE}
        target = upsert_site_document(page_id=7, page_url="/policies/ferry/", fields=fields)
        read(notice("{x}有效期延长5年。", issuing_authority="云岭省人民政府", region="云岭省"))
        upsert_site_document(page_id=7, page_url="/policies/ferry/", fields=fields)
        assert days(target) == (D(2027, 12, 31), BASE)


@pytest.mark.django_db
class TestWhatPeopleSee:
    def test_the_page_names_the_act_and_the_day_before(self, client: Client) -> None:
        target, source = ferry(), notice("{x}有效期延长至2027年12月31日。")
        read(source)
        target.refresh_from_db()
        view = validity_view(target, D(2025, 1, 1))
        assert view.reading.validity is Validity.IN_FORCE
        assert view.reading.act is not None and view.reading.act.id == source.pk
        assert "2027年12月31日" in view.reading.reason and "原有效期至2022年12月31日" in view.reading.reason
        assert [e.label for e in view.timeline if e.act] == ["延续有效期"]
        html = client.get(target.get_absolute_url(), {"on": "2025-01-01"}).content.decode()
        assert source.title in html and "原有效期至2022年12月31日" in html

    def test_after_the_extended_day_the_act_is_still_named(self) -> None:
        target, source = ferry(), notice("{x}有效期延长至2024年12月31日。")
        read(source)
        target.refresh_from_db()
        reading = validity_view(target, D(2025, 1, 1)).reading
        assert reading.validity is Validity.LAPSED and reading.act is not None and reading.act.id == source.pk

    def test_the_api_says_the_same(self, client: Client) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        read(source)
        data = client.get(f"/api/v1/documents/{target.pk}/", {"on": "2025-01-01"}).json()
        assert (data["validity"], data["valid_until"]) == ("in_force", "2027-12-31")
        assert data["validity_act"]["id"] == source.pk
        assert {r["kind"] for r in data["relations"]} == {"extends"}

    def test_both_documents_list_the_relation(self, client: Client) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        read(source)
        assert "本文件延续有效的文件" in client.get(source.get_absolute_url()).content.decode()
        assert "延续本文件效力的文件" in client.get(target.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(
        ("words", "shown"),
        [
            ("{x}继续有效。", "未说明期限"),
            ("{x}有效期延长至2027年12月31日。", "称有效期延续至2027年12月31日"),
            ("{x}有效期延长3年。", "称有效期延长36个月"),
        ],
    )
    def test_a_clean_up_proposes_to_look_at_it_and_not_to_let_it_lapse(self, words: str, shown: str) -> None:
        target = ferry()
        read(notice(words, "2023-02-01"))
        entry = EntryFactory.create(batch=BatchFactory.create(), document=target)
        propose(entry.batch)
        entry.refresh_from_db()
        assert entry.proposed == Conclusion.CONTINUE
        assert shown in entry.proposed_reason and "请核定有效期" in entry.proposed_reason

    def test_the_confirmation_screen_shows_what_waits(self, client: Client) -> None:
        target = ferry()
        read(notice("{x}有效期延长3年。", "2023-02-01"))
        client.force_login(UserFactory.create(is_superuser=True))
        address = reverse("archive_admin:confirm", args=[target.pk])
        html = client.get(address).content.decode()
        assert "称有效期延长36个月" in html
        assert 'value="2022-12-31"' in html, "as a browser understands it"
        client.post(
            address, {"effective_on": "2018-01-01", "valid_until": "2025-12-31", "note": "见2023年通知。"}
        )
        assert days(target) == (D(2025, 12, 31), None)
        assert "称有效期延长" not in client.get(address).content.decode(), "answered"

    def test_the_relations_screen_shows_the_term(self, client: Client) -> None:
        ferry()
        source = notice("{x}有效期延长3年。", "2023-02-01")
        read(source)
        client.force_login(UserFactory.create(is_superuser=True))
        html = client.get(reverse("archive_admin:relations", args=[source.pk])).content.decode()
        assert "延续有效" in html and "· 36个月" in html

    def test_what_was_taken_over_waits_for_nobody(self) -> None:
        target, source = ferry(), notice("{x}有效期延长5年。")
        read(source)
        assert open_extensions([target.pk]) == {}

    def test_of_several_mentions_the_one_with_a_day_is_shown(self) -> None:
        target = ferry()
        read(
            notice(
                "{x}有效期延长3年。\n云岭省各地要做好工作。{x}继续有效。",
                "2023-02-01",
                title=f"云岭省人民政府关于延长《{TITLE}》有效期的通知",
            )
        )
        assert [e.months for e in open_extensions([target.pk])[target.pk]] == [36]


ACT_DAYS = st.sampled_from([D(2020, 6, 1), D(2021, 6, 1), D(2022, 6, 1), D(2023, 6, 1), D(2024, 6, 1)])
LAST_DAYS = st.sampled_from([D(2020, 12, 31), D(2021, 12, 31), D(2022, 12, 31), D(2023, 12, 31), D(2024, 12, 31)])  # fmt: skip


@st.composite
def acts(draw: st.DrawFn) -> ValidityAct:
    kind = draw(st.sampled_from([ActKind.TERM, ActKind.TERM, ActKind.CONTINUE, ActKind.LAPSE, ActKind.REPEAL, ActKind.AMEND]))  # fmt: skip
    machine = kind in (ActKind.TERM, ActKind.REPEAL, ActKind.AMEND) and draw(st.booleans())
    dated = kind is ActKind.TERM or (kind is ActKind.CONTINUE and draw(st.booleans()))
    return ValidityAct(
        pk=draw(st.integers(1, 10_000)),
        kind=kind.value,
        origin=(ActOrigin.MACHINE if machine else ActOrigin.PERSON).value,
        effective_on=draw(ACT_DAYS),
        valid_until=draw(LAST_DAYS) if dated else None,
    )


FACTS = st.fixed_dictionaries(
    {
        "effective_on": st.none() | st.just(D(2019, 1, 1)),
        "published_on": st.none() | st.just(D(2019, 1, 1)),
        "adopted_on": st.just(D(2018, 12, 1)),
        "valid_until": st.none() | LAST_DAYS,
        "stated_until": st.none(),
    }
)


def settled(facts: dict[str, Any], said: list[ValidityAct]) -> dict[str, Any]:
    return {**facts, **project(said, facts)}


class TestTheLedger:
    @settings(max_examples=200, deadline=None)
    @given(facts=FACTS, said=st.lists(acts(), max_size=6))
    def test_settling_twice_changes_nothing(self, facts: dict[str, Any], said: list[ValidityAct]) -> None:
        once = settled(facts, said)
        assert settled(once, said) == once

    @settings(max_examples=200, deadline=None)
    @given(facts=FACTS, said=st.lists(acts(), max_size=6))
    def test_taking_the_machines_extensions_back_leaves_no_trace(
        self, facts: dict[str, Any], said: list[ValidityAct]
    ) -> None:
        kept = [a for a in said if not (a.origin == ActOrigin.MACHINE and a.kind == ActKind.TERM)]
        after = settled(settled(facts, said), kept)
        assert after["valid_until"] == settled(facts, kept)["valid_until"]
        assert after["stated_until"] is None

    @settings(max_examples=200, deadline=None)
    @given(facts=FACTS, said=st.lists(acts(), max_size=6))
    def test_the_machine_never_shortens_and_never_revives(
        self, facts: dict[str, Any], said: list[ValidityAct]
    ) -> None:
        kept = [a for a in said if not (a.origin == ActOrigin.MACHINE and a.kind == ActKind.TERM)]
        without, with_all = settled(facts, kept)["valid_until"], settled(facts, said)["valid_until"]
        assert (without is None) == (with_all is None)
        if without is None:
            return
        assert with_all >= without
        if with_all > without:
            held = in_force_of(said, without)
            assert held is not None and held.valid_until == with_all
            first = min(
                a.effective_on for a in said
                if a.origin == ActOrigin.MACHINE and a.kind == ActKind.TERM and a.effective_on
            )  # fmt: skip
            assert first <= without, "nothing begins after the document had lapsed"

    @settings(max_examples=200, deadline=None)
    @given(facts=FACTS, said=st.lists(acts(), max_size=6), asked=st.dates(D(2019, 1, 1), D(2025, 12, 31)))
    def test_on_any_day_rule_and_index_agree_on_what_acts_come_to(
        self, facts: dict[str, Any], said: list[ValidityAct], asked: dt.date
    ) -> None:
        columns = {k: v for k, v in settled(facts, said).items() if k != "repealed_by_id"}
        document = NormativeDocument(title="甲", **columns)
        expected = validity_at(document, asked)
        assert [v for v in Validity if holds(validity_on(v, asked), facts_of(document))] == [expected]

    @pytest.mark.django_db
    def test_on_every_border_day_the_database_agrees(self) -> None:
        target = ferry()
        read(notice("{x}有效期延长1年。", "2022-11-01"), notice("{x}有效期再延长1年。", "2023-11-01"))
        assert days(target) == (D(2024, 12, 31), BASE)
        for asked in (D(2017, 12, 31), D(2018, 1, 1), BASE, D(2023, 1, 1), D(2024, 12, 31), D(2025, 1, 1)):
            row: Any = NormativeDocument.objects.with_validity(asked).get(pk=target.pk)
            assert row.validity == validity_at(target, asked).value
            assert [v for v in Validity if holds(validity_on(v, asked), facts_of(target))] == [row.validity]
