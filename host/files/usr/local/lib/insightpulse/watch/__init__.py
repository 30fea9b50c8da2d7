"""Watches this host: its services, its names, its machine, and the other hosts; and tells people, once for each incident."""
