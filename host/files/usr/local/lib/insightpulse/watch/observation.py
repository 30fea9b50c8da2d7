"""What one look at one thing has shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Observation:
    """One thing that is watched, and how it is.

    Attributes:
        key: name of the thing, the same at every look
        title: what it is called in messages
        wrong: what is wrong with it, in a sentence's second half; None when all is well
        remedy: where to look, or what to do; a command where there is one
        at_once: one look is enough, since what happened does not last
        told: somebody else has said so already; only its end is still to be told
    """

    key: str
    title: str
    wrong: str | None = None
    remedy: str = ""
    at_once: bool = False
    told: bool = False
