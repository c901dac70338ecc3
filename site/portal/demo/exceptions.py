"""Why the demo stops."""


class DemoRefused(Exception):
    """Something that is not the demo's stands in the way; the message says what, for people."""
