"""What a consultation page does besides holding fields: its address, its editor, its rendering, its own validation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from consultations import editor
from consultations.clock import current
from consultations.states import ConsultationStates

if TYPE_CHECKING:
    from wagtail.models import Workflow

    from consultations.models import ConsultationPage

#: Facts of the page as a whole, not of a revision: an old revision published again must not undo them.
FACTS = (
    "extended_from",
    "extension_reason",
    "terminated_at",
    "termination_reason",
    "outcome_due_on",
    "outcome_due_provisional",
    "releasable",
)


class ConsultationPageBehaviour(ConsultationStates):
    """Mixed into `ConsultationPage`, before Wagtail's page class."""

    base_form_class = editor.ConsultationForm
    content_panels: list[Any] = editor.CONTENT_PANELS
    promote_panels: list[Any] = editor.ADDRESS_PANELS
    settings_panels: list[Any] = []
    #: Set by the guard when this save has to write the draft's clauses.
    freeze_due = False

    if TYPE_CHECKING:
        pk: int | None
        path: str
        depth: int
        slug: str
        url: str
        releasable: bool

    @property
    def _page(self) -> ConsultationPage:
        return cast("ConsultationPage", self)

    @property
    def public_path(self) -> str:
        """The address for readers, without a query: `/consultations/<slug>/`."""
        return reverse("consultations:detail", args=[self.slug])

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        parts = super().get_url_parts(request=request)  # type: ignore[misc]
        if parts is None or parts[2] is None:
            return parts
        return (parts[0], parts[1], self.public_path)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The place in the page tree only leads to the address for readers."""
        return HttpResponsePermanentRedirect(self.public_path)

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        from consultations.selectors import preview_context

        return {**super().get_preview_context(request, mode_name), **preview_context(self._page)}  # type: ignore[misc]

    def home_department_id(self) -> int | None:
        """The department whose page this one lies under; None for a page not in the tree yet."""
        from portal.home.models import DepartmentPage

        if not self.path:
            return None
        parent = DepartmentPage.objects.filter(path=self._page._get_basepath(self.path, self.depth - 1))
        return parent.values_list("department_id", flat=True).first()

    def clean(self) -> None:
        """Refuse, with a message at the field, a revision that changes what is fixed once people can comment."""
        from consultations import gate

        super().clean()  # type: ignore[misc]
        old = gate.stored_values(self._page)
        if not old or not gate.stored_as_opened(old):
            return
        changed = gate.locked_changes(old, self._page)
        if changed:
            raise ValidationError(
                {editor.FIELD_OF.get(name, name): editor.LOCKED_MESSAGE for name in changed}
            )

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save as Wagtail does. A live page is taken as releasable until the guard below validation decides, so that
        the refusal names what is missing and not a constraint of the database."""
        if self.live:
            self.releasable = True
        return super().save(*args, **kwargs)  # type: ignore[misc]

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """A revision as a page: facts, and once opened the dates, are those of the page and not of the revision."""
        restored = super().with_content_json(content)  # type: ignore[misc]
        dates = ("opens_at", "closes_at") if self.was_opened(current()) else ()
        for name in (*FACTS, *dates):
            setattr(restored, name, getattr(self, name))
        return restored

    @property
    def has_workflow(self) -> bool:
        return self.get_workflow() is not None

    def get_workflow(self) -> Workflow | None:
        """Every consultation is submitted to its department's head, wherever it lies."""
        from consultations.workflow import opening_workflow

        return opening_workflow()
