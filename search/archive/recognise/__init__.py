"""Reading a document's fields off its text: title, number, issuer, dates, validity, and whether it is one at all."""

from search.archive.recognise.document import Recognised, recognise

__all__ = ["Recognised", "recognise"]
