"""Names and texts as SQL writes them."""


def identifier(name: str) -> str:
    """A name, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"
