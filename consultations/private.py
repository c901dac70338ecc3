"""Pages that hold what one person typed: not cached anywhere, not indexed, not framed, not passed on as a referrer."""

from portal.privacy import View as View
from portal.privacy import keep_private as keep_private
