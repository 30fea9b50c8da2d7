"""Backups of this host: taken, copied, proven by a restore, and restored. Python's standard library only."""
