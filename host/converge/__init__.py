"""Makes a host what its bundle says, and changes nothing that already is. Python's standard library only."""
