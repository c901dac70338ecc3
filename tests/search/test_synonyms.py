"""Synonyms: rules and wordings, the table in the database over the shipped file, its services and checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from portal.organisations.enums import Role
from search import synonym_services as services
from search import synonym_table, synonyms
from search.models import SynonymGroup
from search.synonym_checks import MAX_TERMS, conflicts, read_line
from search.synonyms import DEFAULT_FILE, Rule, expand, make_table, parse, parse_rule, parse_rules, using
from tests.factories.organisations import member

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from pytest_django.fixtures import SettingsWrapper

    from portal.organisations.models import User


class TestRules:
    def test_both_ways_or_one_way(self) -> None:
        assert parse_rule(" 甲方 =乙方= 丙方 # 注释") == Rule(("甲方", "乙方", "丙方"))
        assert parse_rule("甲方 -> 乙方 = 丙方") == Rule(("甲方", "乙方", "丙方"), one_way=True)

    @pytest.mark.parametrize("line", ["", "# 甲方 = 乙方", "甲方", "   "])
    def test_other_lines_are_none(self, line: str) -> None:
        assert parse_rule(line) is None

    @pytest.mark.parametrize("line", ["甲方 = 乙方 = 丙方", "甲方 -> 乙方 = 丙方"])
    def test_a_rule_reads_its_own_line(self, line: str) -> None:
        rule = parse_rule(line)
        assert rule is not None
        assert rule.line == line
        assert parse_rule(rule.line) == rule

    def test_the_key_is_the_first_term_and_the_direction(self) -> None:
        keys = {rule.key for rule in parse_rules("甲方 = 乙方\n甲方 -> 丙方\n甲方 = 丁方\nAPP = 程序")}
        assert keys == {"甲方=", "甲方->", "app="}

    @given(st.text(max_size=200))
    def test_any_text_can_be_read(self, text: str) -> None:
        assert all(others for others in parse(text).values())


class TestExpand:
    def make(self, text: str, rules: str) -> tuple[str, ...]:
        with using(parse(rules)):
            return expand(text)

    def test_every_term_at_once_comes_right_after_the_typed_one(self) -> None:
        made = self.make("云办 湿管", "云办 = 云岭办公厅 = 云岭办公室\n湿管 -> 湿地管理")
        assert made[:3] == ("云办 湿管", "云岭办公厅 湿地管理", "云岭办公室 湿地管理")

    def test_what_was_put_in_is_not_replaced_again(self) -> None:
        assert self.make("公积金", "公积金 -> 住房公积金\n住房公积 -> 错误") == ("公积金", "住房公积金")
        assert self.make("甲乙 丙丁", "甲乙 -> 丙丁丁\n丙丁 -> 甲乙乙")[1] == "丙丁丁 甲乙乙"

    def test_a_short_term_only_as_a_word(self) -> None:
        rules = "高校 -> 高等学校\n农业部 -> 农业农村部"
        assert self.make("提高校车安全", rules) == ("提高校车安全",)
        assert "高等学校管理" in self.make("高校管理", rules)
        assert self.make("农业部门规章", rules) == ("农业部门规章",)
        assert "农业农村部规章" in self.make("农业部规章", rules)

    def test_latin_only_as_a_whole_word(self) -> None:
        rules = "APP -> 应用程序"
        assert self.make("mapping", rules) == ("mapping",)
        assert "应用程序收集" in self.make("App收集", rules)

    def test_traditional_characters_and_width_do_not_matter(self) -> None:
        assert "湿地管理" in self.make("濕管", "湿管 -> 湿地管理")
        assert "湿地管理" in self.make("湿管", "濕管 -> 濕地管理")

    def test_the_block_ends(self) -> None:
        with using({"湿管": ("湿地管理",)}):
            assert len(expand("湿管")) == 2
        assert len(expand("湿管")) == 1

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("工商局", "市场监督管理局"), ("环保部", "生态环境部"), ("国土资源部", "自然资源部"), ("银监会", "国家金融监督管理总局"),
            ("建设部", "住房和城乡建设部"), ("铁道部", "国家铁路局"), ("信息产业部", "工业和信息化部"), ("外经贸部", "商务部"),
            ("农业部", "农业农村部"), ("房产证", "不动产权证书"), ("电瓶车", "电动自行车"), ("公积金取钱", "住房公积金提取"),
            ("老赖", "失信被执行人"), ("红头文件", "规范性文件"), ("RMB", "人民币"),
        ],
    )  # fmt: skip
    def test_the_shipped_rules_know_it(self, typed: str, meant: str) -> None:
        assert meant in expand(typed)

    @given(st.text(max_size=120))
    def test_wordings_are_bounded_and_begin_with_the_typed_one(self, text: str) -> None:
        made = expand(text)
        assert made[0] == synonyms.normalise(text)
        assert 1 <= len(made) <= synonyms.MAX_VARIANTS
        assert len(set(made)) == len(made)


class TestShipped:
    def test_every_line_is_a_rule_without_a_fault(self) -> None:
        for line in DEFAULT_FILE.read_text(encoding="utf-8").splitlines():
            if line.split("#", 1)[0].strip():
                assert read_line(line)[1] == (), line

    def test_hundreds_and_each_once(self) -> None:
        keys = [rule.key for rule in synonyms.shipped_rules()]
        assert len(keys) == len(set(keys)) > 1_000

    def test_no_rule_says_what_another_says(self) -> None:
        seen: dict[tuple[str, str], str] = {}
        for rule in synonyms.shipped_rules():
            for pair in rule.pairs():
                assert pair not in seen, (rule.line, seen.get(pair))
                seen[pair] = rule.line


class TestChecks:
    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("湿地", "要写成"), ("湿地 = ", "至少要有两个词"), ("湿 = 湿地", "只有一个字"), ("湿地 = ，。", "没有可检索的文字"),
            ("湿地 = 濕地", "出现了两次"), ("湿地 = 湿 地", "出现了两次"), ("甲方 = 乙方 -> 丙方", "只能有一个"),
            ("甲方 -> 乙方 -> 丙方", "只能有一个"), ("湿地 = " + "长" * 41, "超过"),
            (" = ".join(f"词语{i}" for i in range(MAX_TERMS + 1)), "最多"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said(self, line: str, said: str) -> None:
        _rule, problems = read_line(line)
        assert any(said in problem for problem in problems), problems

    def test_said_already_or_the_other_way_round(self) -> None:
        def entry(line: str) -> synonym_table.Entry:
            rule = parse_rule(line)
            assert rule
            return synonym_table.Entry(rule.key, rule, None, None)

        others = [entry("甲方 -> 乙方"), entry("丙方 = 丁方")]
        assert any("循环" in text for text in conflicts(Rule(("乙方", "甲方"), True), others))
        assert any("已在规则" in text for text in conflicts(Rule(("丙方", "丁方"), True), others))
        assert not list(conflicts(Rule(("甲方", "戊方"), True), others))


@pytest.fixture
def table(db: None, settings: SettingsWrapper) -> Iterator[None]:
    """The site's own table, as in production."""
    settings.SEARCH_SYNONYMS_FILE = None
    synonym_table.forget()
    yield
    synonym_table.forget()


@pytest.fixture
def keeper(db: None) -> User:
    return member(Role.OFFICE)


@pytest.mark.usefixtures("table")
class TestTable:
    def test_without_rows_it_is_the_shipped_one(self) -> None:
        assert synonym_table.current() == make_table(synonyms.shipped_rules())

    def test_own_rules_come_first_shipped_ones_change_or_rest(self, keeper: User) -> None:
        services.save_rule(user=keeper, line="云管 -> 云岭管理")
        services.save_rule(user=keeper, key="公积金->", line="公积金 -> 住房储金")
        services.switch_rule(user=keeper, key="低保=", active=False)
        synonym_table.forget()
        found = synonym_table.current()
        assert found["云管"] == ("云岭管理",)
        assert found["公积金"] == ("住房储金",)
        assert "最低生活保障" not in found.get("低保", ())

    def test_an_upgrade_leaves_what_was_changed(self, keeper: User, monkeypatch: pytest.MonkeyPatch) -> None:
        services.save_rule(user=keeper, key="公积金->", line="公积金 -> 住房储金")
        monkeypatch.setattr(
            synonym_table, "shipped_rules", lambda: parse_rules("公积金 -> 新版说法\n新词 -> 新说法")
        )
        synonym_table.forget()
        assert synonym_table.current() == {"公积金": ("住房储金",), "新词": ("新说法",)}

    def test_another_process_follows_within_seconds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = [1_000.0]
        monkeypatch.setattr(synonym_table.time, "monotonic", lambda: now[0])
        synonym_table.forget()
        synonym_table.current()
        # As another process would: without the services of this one.
        SynonymGroup.objects.create(key="云管->", line="云管 -> 云岭管理")
        assert "云管" not in synonym_table.current()
        now[0] += synonym_table.CHECK_EVERY
        assert synonym_table.current()["云管"] == ("云岭管理",)
        SynonymGroup.objects.all().delete()
        now[0] += synonym_table.CHECK_EVERY
        assert "云管" not in synonym_table.current()

    def test_searches_between_checks_ask_nothing(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        synonym_table.current()
        with django_assert_num_queries(0):
            assert "住房公积金" in expand("公积金")

    def test_an_unchanged_table_costs_one_small_query(
        self, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        synonym_table.current()
        monkeypatch.setattr(synonym_table, "CHECK_EVERY", 0.0)
        # Inside the test's transaction the question has a savepoint around it.
        with django_assert_num_queries(3):
            synonym_table.current()

    def test_without_a_database_searching_goes_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail() -> None:
            raise DatabaseError

        monkeypatch.setattr(synonym_table, "_version", fail)
        assert synonym_table._Cache().table()["公积金"] == ("住房公积金",)


@pytest.mark.usefixtures("table")
class TestServices:
    def test_a_rule_is_in_use_after_saving(
        self, keeper: User, django_capture_on_commit_callbacks: object
    ) -> None:
        synonym_table.current()
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            row = services.save_rule(user=keeper, line="云管 = 云岭管理", note="  常用 ")
        assert "云岭管理" in expand("云管")
        assert (row.note, row.updated_by, row.active) == ("常用", keeper, True)

    def test_only_those_who_may(self) -> None:
        for user in (member(Role.DRAFTER), member(Role.HEAD)):
            for call in (
                lambda user=user: services.save_rule(user=user, line="云管 = 云岭管理"),
                lambda user=user: services.switch_rule(user=user, key="公积金->", active=False),
                lambda user=user: services.remove_change(user=user, key="公积金->"),
                lambda user=user: services.import_rules(user=user, text="云管 = 云岭管理"),
                lambda user=user: services.preview(user=user, line="云管 = 云岭管理", query="云管"),
            ):
                with pytest.raises(PermissionDenied):
                    call()
        assert not SynonymGroup.objects.exists()

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("湿 = 湿地", "只有一个字"), ("公积金 -> 住房储金", "已有一条同类规则"), ("发改委 -> 发展和改革委员会", "已在规则"),
            ("住房公积金 -> 公积金", "循环"), ("随便写写", "要写成"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(self, keeper: User, line: str, said: str) -> None:
        with pytest.raises(ValidationError) as refused:
            services.save_rule(user=keeper, line=line)
        assert any(said in message for message in refused.value.messages)
        assert not SynonymGroup.objects.exists()

    def test_unknown_keys_are_refused(self, keeper: User) -> None:
        with pytest.raises(ValidationError, match="已不存在"):
            services.save_rule(user=keeper, key="没有->", line="云管 = 云岭管理")
        with pytest.raises(ValidationError, match="已不存在"):
            services.switch_rule(user=keeper, key="没有->", active=False)
        with pytest.raises(ValidationError, match="没有改动过"):
            services.remove_change(user=keeper, key="公积金->")

    def test_a_shipped_rule_comes_back(self, keeper: User) -> None:
        services.switch_rule(user=keeper, key="公积金->", active=False)
        services.switch_rule(user=keeper, key="公积金->", active=True)
        services.remove_change(user=keeper, key="公积金->")
        assert not SynonymGroup.objects.exists()

    def test_every_change_is_audited(self, keeper: User) -> None:
        services.save_rule(user=keeper, key="公积金->", line="公积金 -> 住房储金")
        services.remove_change(user=keeper, key="公积金->")
        services.import_rules(user=keeper, text="云管 = 云岭管理")
        entries = list(
            ModelLogEntry.objects.filter(action__contains="synonyms")
            .order_by("pk")
            .values_list("action", "user_id", "data")
        )
        assert [action for action, _user, _data in entries] == [
            "yanlu.synonyms_saved", "yanlu.synonyms_removed", "yanlu.synonyms_imported",
        ]  # fmt: skip
        assert {user for _action, user, _data in entries} == {keeper.pk}
        assert entries[0][2] == {
            "before": "公积金 -> 住房公积金",
            "after": "公积金 -> 住房储金",
            "active": True,
        }

    def test_export_and_import_are_each_others_reverse(self, keeper: User) -> None:
        services.save_rule(user=keeper, line="云管 = 云岭管理")
        text = services.export_text()
        before = synonym_table.table_of(synonym_table.entries())
        assert services.import_rules(user=keeper, text=text).unchanged == len(text.splitlines())
        assert synonym_table.table_of(synonym_table.entries()) == before

    def test_import_adds_changes_and_leaves_the_rest(self, keeper: User) -> None:
        done = services.import_rules(
            user=keeper, text="# 注释\n\n云管 = 云岭管理\n公积金 -> 住房储金\n低保 = 最低生活保障\n"
        )
        assert (done.added, done.changed, done.unchanged) == (1, 1, 1)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("云管 = 云岭管理\n湿 = 湿地", "第 2 行"), ("云管 = 云岭管理\n云管 = 云岭管护", "与第 1 行"),
            ("云管 -> 云岭管理\n云岭管理 -> 云管", "循环"), ("\n" * 5_001, "一次最多"),
        ],
    )  # fmt: skip
    def test_an_import_with_a_fault_changes_nothing(self, keeper: User, text: str, said: str) -> None:
        with pytest.raises(ValidationError) as refused:
            services.import_rules(user=keeper, text=text)
        assert any(said in message for message in refused.value.messages)
        assert not SynonymGroup.objects.exists()


ADMIN = "/admin/synonyms/"


@pytest.mark.usefixtures("table")
class TestScreens:
    @pytest.fixture
    def office(self, sign_in: object, keeper: User) -> Client:
        client: Client = sign_in(keeper)  # type: ignore[operator]
        return client

    def test_others_are_refused(self, sign_in: object) -> None:
        client: Client = sign_in(member(Role.DRAFTER))  # type: ignore[operator]
        for path in ("", "rule/", "import/", "export/"):
            assert client.get(ADMIN + path).status_code in (302, 403)
        client.post(ADMIN + "rule/", {"line": "云管 = 云岭管理", "active": "on"})
        assert not SynonymGroup.objects.exists()

    def test_the_list_finds_and_filters(self, office: Client, keeper: User) -> None:
        services.save_rule(user=keeper, line="云管 = 云岭管理")
        services.switch_rule(user=keeper, key="公积金->", active=False)
        assert "云管 = 云岭管理" in office.get(ADMIN).content.decode()
        own = office.get(ADMIN, {"show": "own"}).content.decode()
        assert "云管 = 云岭管理" in own and "公积金 -&gt;" not in own
        assert "公积金 -&gt; 住房公积金" in office.get(ADMIN, {"show": "off"}).content.decode()
        found = office.get(ADMIN, {"q": "電瓶車"}).content.decode()
        assert "电瓶车" in found and "云管" not in found

    @pytest.mark.parametrize(
        "query", [{"show": "odd"}, {"page": "x"}, {"q": "\x00"}, {"q": "长" * 500}, {"page": "99999"}]
    )
    def test_odd_parameters_do_no_harm(self, office: Client, query: dict[str, str]) -> None:
        assert office.get(ADMIN, query).status_code == 200

    def test_the_list_asks_a_fixed_number_of_queries(
        self, office: Client, keeper: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        services.save_rule(user=keeper, line="云管 = 云岭管理")
        office.get(ADMIN)
        with CaptureQueriesContext(connection) as few:
            office.get(ADMIN)
        for i in range(20):
            services.save_rule(user=keeper, line=f"云管{i}号 = 云岭管理{i}号")
        with django_assert_num_queries(len(few)):
            office.get(ADMIN)

    def test_a_rule_is_added_and_changed(self, office: Client) -> None:
        answer = office.post(ADMIN + "rule/", {"line": "云管 = 云岭管理", "active": "on"}, follow=True)
        assert "数秒内在全站生效" in answer.content.decode()
        office.post(ADMIN + "rule/?key=云管%3D", {"line": "云管 = 云岭管护", "note": "改", "active": "on"})
        row = SynonymGroup.objects.get()
        assert (row.key, row.line, row.note) == ("云管=", "云管 = 云岭管护", "改")
        assert "云岭管护" in office.get(ADMIN + "rule/?key=云管%3D").content.decode()

    def test_faults_are_shown_beside_the_field(self, office: Client) -> None:
        answer = office.post(ADMIN + "rule/", {"line": "湿 = 湿地", "active": "on"})
        assert answer.status_code == 200
        assert "只有一个字" in answer.content.decode()

    def test_an_unknown_rule_is_not_found(self, office: Client) -> None:
        assert office.get(ADMIN + "rule/?key=没有->").status_code == 404
        answer = office.post(ADMIN + "change/", {"key": "没有->", "verb": "off"}, follow=True)
        assert "已不存在" in answer.content.decode()

    def test_switching_and_forgetting(self, office: Client) -> None:
        office.post(ADMIN + "change/", {"key": "公积金->", "verb": "off"})
        assert not SynonymGroup.objects.get().active
        office.post(ADMIN + "change/", {"key": "公积金->", "verb": "forget"})
        assert not SynonymGroup.objects.exists()

    def test_the_preview_counts_and_saves_nothing(self, office: Client, archive: object) -> None:
        archive(title="云岭省湿地保护条例", text="第一条 为了保护湿地，制定本条例。")  # type: ignore[operator]
        answer = office.post(
            ADMIN + "rule/", {"line": "水泡子 -> 湿地", "active": "on", "query": "水泡子", "preview": "1"}
        )
        preview = answer.context["preview"]
        assert (preview.before, preview.after) == (("水泡子",), ("水泡子", "湿地"))
        assert (preview.count_before, preview.count_after) == (0, 1)
        assert not SynonymGroup.objects.exists()

    def test_the_preview_without_a_query_takes_the_first_term(self, office: Client, archive: object) -> None:
        archive(title="云岭省湿地保护条例", text="")  # type: ignore[operator]
        answer = office.post(ADMIN + "rule/", {"line": "水泡子 -> 湿地", "active": "on", "preview": "1"})
        assert answer.context["preview"].query == "水泡子"
        assert office.post(ADMIN + "rule/", {"line": "水泡子", "preview": "1"}).context["preview"] is None

    def test_import_and_export(self, office: Client) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        answer = office.post(ADMIN + "import/", {"text": "云管 = 云岭管理"}, follow=True)
        assert "增加 1 条" in answer.content.decode()
        file = SimpleUploadedFile("rules.txt", "\ufeff云护 = 云岭管护\n".encode())
        office.post(ADMIN + "import/", {"file": file})
        text = office.get(ADMIN + "export/").content.decode()
        assert "云管 = 云岭管理\n" in text and "云护 = 云岭管护\n" in text

    @pytest.mark.parametrize(
        ("raw", "said"),
        [
            (b"", "请粘贴规则"),
            ("云管 = 云岭".encode("gb18030"), "UTF-8"),
            ("湿 = 湿地".encode(), "第 1 行"),
            (b"a" * 1_000_001, "文件过大"),
        ],
    )
    def test_a_bad_file_is_explained(self, office: Client, raw: bytes, said: str) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        answer = office.post(ADMIN + "import/", {"file": SimpleUploadedFile("rules.txt", raw)})
        assert answer.status_code == 200
        assert said in answer.content.decode()
        assert not SynonymGroup.objects.exists()
