"""The pages that are not in the page tree: the board, the list of departments, robots.txt."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.home.panels import render_panels
from portal.home.registry import board_panels
from portal.home.selectors import departments


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """`/board/`: deadlines, what is overdue and what was returned, as the features report them."""
    return render(request, "home/board.html", {"panels": render_panels(board_panels, request)})


@require_safe
def department_list(request: HttpRequest) -> HttpResponse:
    """`/departments/`: every department with how to reach it."""
    return render(request, "home/department_list.html", {"entries": departments()})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: everything but staff's screens, receipts and result lists may be indexed."""
    context = {"sitemap": request.build_absolute_uri("/sitemap.xml")}
    return render(request, "home/robots.txt", context, content_type="text/plain; charset=utf-8")
