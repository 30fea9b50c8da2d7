"""Where a disk is going: a straight line through the samples that were kept."""

from __future__ import annotations

from collections.abc import Sequence

# With less than this behind it, a line says nothing about days ahead.
_LEAST_SECONDS = 6 * 3600
_DAY = 86_400


def days_until_full(samples: Sequence[Sequence[float]]) -> float | None:
    """In how many days the disk is full; None when it is not filling, or nobody can know yet.

    Args:
        samples: time in seconds, bytes used, bytes that can be used; the oldest first
    """
    if not samples or samples[-1][0] - samples[0][0] < _LEAST_SECONDS:
        return None
    # Of the disk as it is now: samples from before it grew say nothing about its size.
    usable = samples[-1][2]
    times = [sample[0] - samples[0][0] for sample in samples]
    used = [sample[1] for sample in samples]
    mean_time, mean_used = sum(times) / len(times), sum(used) / len(used)
    spread = sum((one - mean_time) ** 2 for one in times)
    slope = sum((at - mean_time) * (one - mean_used) for at, one in zip(times, used)) / spread
    if slope <= 0:
        return None
    return max(0.0, (usable - used[-1]) / slope / _DAY)
