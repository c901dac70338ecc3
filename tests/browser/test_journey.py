"""The whole main job in a real browser: from an empty draft to a receipt that says what became of the comment.

Each act is played by its own role through the pages that role uses; nothing but the passing of time is done behind
the browser's back.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from consultations.models import ConsultationPage
from interpretations.enums import Point
from interpretations.models import PolicyDocumentPage
from portal.organisations.enums import Role
from tests.factories.organisations import DepartmentFactory, department_page, member

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

    from portal.home.models import DepartmentPage
    from portal.organisations.models import Department, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[["User"], "Page"]

DRAFT_TITLE = "澄江省社区共享书屋管理办法（征求意见稿）"
POLICY_TITLE = "澄江省社区共享书屋管理办法"
DRAFT = """第一条 为了方便居民就近阅读，规范社区共享书屋的设立和管理，结合本省实际，制定本办法。
第二条 社区共享书屋每日开放时间不少于四小时。
第三条 借阅图书的期限为十五日，可以续借一次。
第四条 本办法自公布之日起施行。"""
FINAL = DRAFT.replace("每日开放时间不少于四小时", "每日开放时间不少于六小时，周末延长至二十一时")
OPINION = "四小时太短，上班族下班以后书屋已经关门，请延长到晚上九点。"
OBJECTION = "建议把借期改成三个月。"
REASON = "已将第二条的开放时间增加到六小时，并规定周末延长至二十一时，方便上班的居民。"
REJECTION = "书屋藏书有限，借期过长会使其他居民长期借不到，续借一次已可满足三十日阅读。"


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create(code="culture", name="澄江省文化厅", number_code="澄文规")


@pytest.fixture
def folder(department: Department) -> DepartmentPage:
    return department_page(department)


@pytest.fixture
def staff(department: Department, folder: DepartmentPage) -> dict[Role, User]:
    return {role: member(role, department, username=f"journey-{role.value}") for role in Role}


def test_from_empty_draft_to_resolved_receipt(
    page: Page,
    browser: Browser,
    browser_sign_in: SignIn,
    live_server: LiveServer,
    folder: DepartmentPage,
    staff: dict[Role, User],
) -> None:
    draft_consultation(browser_sign_in(staff[Role.DRAFTER]), folder)
    open_consultation(browser_sign_in(staff[Role.HEAD]))
    consultation = ConsultationPage.objects.get(title=DRAFT_TITLE)
    assert consultation.live

    citizen = browser.new_context(
        base_url=live_server.url, locale="zh-CN", java_script_enabled=False
    ).new_page()
    first = comment_on(citizen, consultation, OPINION, clause="a2")
    second = comment_on(citizen, consultation, OBJECTION, clause="a3")
    assert first != second

    screen_comments(browser_sign_in(staff[Role.MODERATOR]), consultation)
    citizen.goto(f"{consultation.public_path}comments/")
    expect(citizen.locator("main")).to_contain_text(OPINION)
    expect(citizen.locator("main")).to_contain_text("柳**")
    expect(citizen.locator("main")).not_to_contain_text("柳一苇")

    let_time_pass(consultation)
    citizen.goto(f"{consultation.public_path}comment/")
    expect(citizen.locator("main")).to_contain_text("不再接受意见")

    write_policy(browser_sign_in(staff[Role.DRAFTER]), folder)
    submit_policy(page)
    return_policy(browser_sign_in(staff[Role.LEGALITY]))
    expect_public(citizen, published=False)
    submit_policy(browser_sign_in(staff[Role.DRAFTER]))
    for role in (Role.LEGALITY, Role.SECRECY, Role.HEAD):
        sign_policy(browser_sign_in(staff[role]))
    expect_public(citizen, published=False)
    sign_policy(browser_sign_in(staff[Role.OFFICE]))
    expect_public(citizen, published=True)

    decide(browser_sign_in(staff[Role.DRAFTER]), consultation)
    publish_outcome(browser_sign_in(staff[Role.HEAD]), consultation)

    citizen.goto(f"{consultation.public_path}outcome/")
    main = citizen.locator("main")
    for text in ("延长开放时间", REASON, OPINION, REJECTION, "六小时"):
        expect(main).to_contain_text(text)
    expect(main.locator("ins").first).to_be_visible()
    expect(main.locator("del").first).to_be_visible()

    citizen.goto(f"/receipts/{first}/")
    expect(citizen.locator("main")).to_contain_text(REASON)
    citizen.goto(f"/receipts/{second}/")
    expect(citizen.locator("main")).to_contain_text("不采纳")
    expect(citizen.locator("main")).to_contain_text(REJECTION)


def edit_path(page_id: int) -> str:
    return f"/admin/pages/{page_id}/edit/"


def save_draft(page: Page) -> None:
    page.locator("footer button.action-save").first.click()
    expect(page.locator(".messages")).to_be_visible()


def choose_action(page: Page, selector: str) -> None:
    """Press a button of the editor's action menu, opening the menu when the button is folded away."""
    button = page.locator(f"footer button{selector}").first
    if not button.is_visible():
        page.locator("footer [data-w-dropdown-target='toggle'], footer .w-dropdown__toggle").first.click()
    with page.expect_navigation():
        button.click()


def draft_consultation(page: Page, folder: DepartmentPage) -> None:
    page.goto(f"/admin/pages/add/consultations/consultationpage/{folder.pk}/")
    page.fill("#id_title", DRAFT_TITLE)
    save_draft(page)
    expect(page.locator("main")).to_contain_text("没有起草说明")

    today = timezone.localdate()
    page.select_option("#id_kind", "major_decision")
    page.fill("#id_summary", "规定社区共享书屋的设立、开放和借阅。")
    page.fill("#id_draft_body", DRAFT)
    page.fill("#id_drafting_note", "居民反映书屋开门少、借期不明，为此起草本办法。")
    page.fill("#id_decision_basis", "《澄江省公共文化服务条例》第二十条。")
    page.fill("#id_first_day", f"{today:%Y-%m-%d}")
    page.fill("#id_last_day", f"{today + dt.timedelta(days=7):%Y-%m-%d}")
    save_draft(page)
    expect(page.locator("main")).to_contain_text("期限过短")
    page.fill("#id_shortened_reason", "书屋定于下月初开放，须在开放前明确规则，故缩短期限。")
    save_draft(page)
    expect(page.locator("main")).to_contain_text("内容齐备")
    choose_action(page, "[name=action-submit]")


def open_consultation(page: Page) -> None:
    page.goto(edit_path(ConsultationPage.objects.get(draft_title=DRAFT_TITLE).pk))
    choose_action(page, "[data-workflow-action-name=approve]")


def comment_on(page: Page, consultation: ConsultationPage, text: str, *, clause: str) -> str:
    """Write, review and submit without JavaScript. Returns the receipt code read off the receipt page."""
    page.goto(consultation.public_path)
    expect(page.locator("main")).to_contain_text("期限短于规定的最短期限")
    page.locator(f"a[href*='comment/?clause={clause}']").first.click()
    page.fill("textarea[name=text]", text)
    page.check("input[name=author_kind][value=citizen]")
    page.fill("input[name=name]", "柳一苇")
    page.check("input[name=consent]")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("main")).to_contain_text(text)
    page.get_by_role("button", name="确认提交").click()
    page.wait_for_url(re.compile(r"/receipts/"))
    expect(page.locator("main")).to_contain_text("已收到")
    found = re.search(r"/receipts/([^/]+)/", page.url)
    assert found
    return found.group(1)


def screen_comments(page: Page, consultation: ConsultationPage) -> None:
    page.goto("/admin/screening/")
    for comment in consultation.public_comments.all():
        page.check(f"#select-{comment.pk}")
    page.get_by_role("button", name="公开选中的意见").click()
    expect(page.locator("main")).to_contain_text("已公开 2 条意见")


def let_time_pass(consultation: ConsultationPage) -> None:
    """The week of comment is over. Past the model's own manager: nobody can change the dates of an open consultation."""
    for comment in consultation.public_comments.all():
        comment.submit_date -= dt.timedelta(days=8)
        type(comment).objects.filter(pk=comment.pk).update(submit_date=comment.submit_date)
    ConsultationPage._base_manager.filter(pk=consultation.pk).update(
        opens_at=consultation.opens_at - dt.timedelta(days=8),
        closes_at=consultation.closes_at - dt.timedelta(days=8),
        outcome_due_on=timezone.localdate() + dt.timedelta(days=29),
    )
    consultation.refresh_from_db()


def write_policy(page: Page, folder: DepartmentPage) -> None:
    page.goto(f"/admin/pages/add/interpretations/policydocumentpage/{folder.pk}/")
    page.fill("#id_title", POLICY_TITLE)
    save_draft(page)
    checklist = page.locator("[data-policy-checklist]")
    for missing in ("缺少正文", "解读方案缺少提纲", "缺少解读材料", "要点“背景依据”未作说明"):
        expect(checklist).to_contain_text(missing)

    today = timezone.localdate()
    page.fill("#id_document_number", f"澄文规〔{today.year}〕6号")
    page.check("#id_in_government_name")
    page.fill("#id_body", FINAL)
    page.fill("#id_summary", "规定社区共享书屋的设立、开放时间和借阅期限。")
    for name, day in (
        ("adopted_on", today),
        ("effective_on", today),
        ("valid_until", today + dt.timedelta(days=1826)),
    ):
        page.fill(f"#id_{name}", f"{day:%Y-%m-%d}")
    page.fill("#id_plan_outline", "一、为什么办书屋；二、什么时候开门；三、能借多久。")
    page.fill("#id_plan_forms", "答记者问")
    page.fill("#id_plan_channels", "省政府网站")
    page.fill("#id_plan_time", "与文件同步")
    for number, point in enumerate(Point):
        page.fill(f"#id_points-{number}-answer", f"{point.label}：围绕书屋开放、借阅和管理作出说明。")
    for number in range(5):
        page.fill(f"#id_steps-{number}-done_on", f"{today - dt.timedelta(days=2):%Y-%m-%d}")
        page.fill(f"#id_steps-{number}-note", "已办理并形成记录")
    page.locator("#id_materials-ADD").click()
    page.select_option("#id_materials-0-form", "questions")
    page.fill("#id_materials-0-title", "社区书屋几点关门？记者问了六个问题")
    page.fill(
        "#id_materials-0-body",
        "问：下班以后还能借书吗？\n答：可以。平时开门不少于六个小时，周末延长到晚上九点。\n"
        "问：书可以在家放多久？\n答：半个月，看不完可以再续一回。",
    )
    save_draft(page)
    expect(page.locator("[data-policy-checklist]")).to_contain_text("内容齐备")


def policy() -> PolicyDocumentPage:
    return PolicyDocumentPage.objects.get(draft_title=POLICY_TITLE)


def review_path() -> str:
    return f"/admin/policies/{policy().pk}/review/"


def submit_policy(page: Page) -> None:
    page.goto(review_path())
    page.get_by_role("button", name="将文件、方案、材料一并送审").click()
    expect(page.locator("main")).to_contain_text("已一并送审")


def return_policy(page: Page) -> None:
    page.goto(review_path())
    page.locator("details.policy-review__return summary").click()
    page.check("input[name$=reason_codes][value=incomplete]")
    page.locator("details.policy-review__return textarea[name$=note]").fill(
        "请补充与原书屋管理规定的衔接说明。"
    )
    page.get_by_role("button", name="退回起草部门").click()
    expect(page.locator("main")).to_contain_text("已退文")
    expect(page.locator("main")).to_contain_text("请补充与原书屋管理规定的衔接说明")


def sign_policy(page: Page) -> None:
    page.goto(review_path())
    page.locator("button[name=decision][value=sign]").click()
    expect(page.locator("main")).to_contain_text("已签署")


def expect_public(page: Page, *, published: bool) -> None:
    """Document and interpretation are public together, or neither is."""
    response = page.goto(f"/policies/{policy().slug}/")
    assert response is not None
    assert response.status == (200 if published else 404)
    if published:
        expect(page.locator("main")).to_contain_text("每日开放时间不少于六小时")
        expect(page.locator("main")).to_contain_text("社区书屋几点关门")


def workbench(consultation: ConsultationPage) -> str:
    return f"/admin/outcomes/{consultation.pk}/"


def decide(page: Page, consultation: ConsultationPage) -> None:
    """A theme with an adopted comment, and a single comment that is rejected with a reason."""
    adopted = consultation.public_comments.get(comment=OPINION)
    rejected = consultation.public_comments.get(comment=OBJECTION)
    page.goto(workbench(consultation))
    page.check(f"#select-{adopted.pk}")
    page.fill("input[name$=title]", "延长开放时间")
    page.locator("button[name=action][value=assign]").click()
    page.locator("#themes").get_by_role("link", name="延长开放时间").click()
    page.check("input[name$=status][value=adopted]")
    page.fill("textarea[name$=reason]", REASON)
    page.get_by_role("button", name="保存处理决定").click()

    page.goto(workbench(consultation))
    expect(page.locator("#checklist")).to_contain_text("还有 1 条意见")
    page.locator(f"#comment-{rejected.pk} a").first.click()
    page.check("input[name$=status][value=not_adopted]")
    page.fill("textarea[name$=reason]", REJECTION)
    page.get_by_role("button", name="保存处理决定").click()

    page.goto(workbench(consultation))
    page.get_by_role("link", name="关联正式文件").click()
    page.select_option("select[name$=policy]", str(policy().pk))
    page.get_by_role("button", name="保存").click()
    page.goto(workbench(consultation))
    expect(page.locator("#checklist")).not_to_contain_text("条意见没有归入主题")


def publish_outcome(page: Page, consultation: ConsultationPage) -> None:
    page.goto(workbench(consultation))
    page.get_by_role("link", name="审阅并公布").click()
    page.check("input[name$=confirm]")
    page.get_by_role("button", name="公布", exact=True).click()
    expect(page.locator("main")).to_contain_text("采纳情况已经公布")
