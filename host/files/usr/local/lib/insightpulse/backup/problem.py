"""What a person has to know."""


class Problem(Exception):
    """A reason in words: what is wrong, and what to do about it. Never with a secret in it."""
