"""Legacy Word (.doc): read by antiword where it is installed, set aside with that said where it is not."""

from __future__ import annotations

import shutil
import subprocess
import tempfile

from django.utils.translation import gettext as _

from search.archive.enums import Reason
from search.archive.readers.base import Extract, Unreadable, fold_radicals, tidy

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The stream that holds a whole docx behind a password; the file around it is of the old kind.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SECONDS = 30


def read(data: bytes) -> Extract:
    """One .doc. Raises `Unreadable` when it is no Word file, when antiword is missing, fails or takes too long."""
    if not data.startswith(OLE_MAGIC):
        raise Unreadable(Reason.UNREADABLE, _("扩展名是 doc，但内容不是 Word 文档。"))
    if _ENCRYPTED in data:
        raise Unreadable(Reason.ENCRYPTED, _("Word 文档已加密，需要密码。"))
    program = shutil.which("antiword")
    if program is None:
        raise Unreadable(
            Reason.NO_TOOL, _("读取 doc 需要 antiword 程序（Debian 软件包 antiword），本机没有安装。")
        )
    with tempfile.NamedTemporaryFile(suffix=".doc") as file:
        file.write(data)
        file.flush()
        try:
            done = subprocess.run(  # noqa: S603 - fixed program, the only argument is our own temporary file
                [program, "-m", "UTF-8.txt", "-w", "0", file.name],
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unreadable(Reason.UNREADABLE, _("读取 doc 超时。")) from error
        except OSError as error:
            raise Unreadable(Reason.NO_TOOL, _("antiword 程序无法运行。")) from error
    if done.returncode != 0:
        raise Unreadable(Reason.UNREADABLE, _("antiword 无法读取这个 doc 文件。"))
    text = tidy(done.stdout.decode("utf-8", errors="replace"))
    return Extract(fold_radicals(text), "doc", "application/msword")
