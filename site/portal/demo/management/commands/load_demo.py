"""`manage.py load_demo`: an invented province, its policies, consultations, archive and accounts."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.demo.exceptions import DemoRefused
from portal.demo.loader import DemoReport, load
from portal.demo.people import ACCOUNTS
from tests.factories.organisations import PASSWORD

DEFAULT_SEED = 2026
#: Loggers that write a line per page; shown with `--verbosity 2`.
CHATTY_LOGGERS = ("wagtail", "django_tasks")
VERBOSE = 2


class Command(BaseCommand):
    help = "Load the demo content of an invented province. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seed", type=int, default=DEFAULT_SEED, help="decides who says what in the comments"
        )
        parser.add_argument("--no-accounts", action="store_true", help="content only, nobody to log in as")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError outside debug (accounts have a known password) and when something is in the way."""
        if options["verbosity"] < VERBOSE:
            for name in CHATTY_LOGGERS:
                logging.getLogger(name).setLevel(logging.WARNING)
        accounts = not options["no_accounts"]
        if accounts and not settings.DEBUG:
            raise CommandError(
                _("演示账号的密码是公开的，只能在调试环境中创建。只载入演示内容请加 --no-accounts。")
            )
        try:
            report = load(seed=options["seed"], accounts=accounts)
        except DemoRefused as error:
            raise CommandError(str(error)) from error
        self._print(report, accounts)

    def _print(self, report: DemoReport, accounts: bool) -> None:
        if report.made:
            self.stdout.write(_("演示内容已载入：新增 %(made)d 项。") % {"made": report.made})
        else:
            self.stdout.write(_("演示内容已是最新，没有变化。"))
        if report.index_busy:
            self.stdout.write(_("检索索引正由后台任务更新，稍后即可检索。"))
        for name in report.taken:
            self.stdout.write(self.style.WARNING(_("“%(name)s”已被占用，保留原样。") % {"name": name}))
        if accounts:
            names = "、".join(ACCOUNTS)
            self.stdout.write(
                _("演示账号：%(names)s，密码：%(password)s") % {"names": names, "password": PASSWORD}
            )
