# Puts the program in place and applies the bundle. It is run by a line that has read {"bootstrap": this text,
# "program": {file: text}, "bundle": {...}} from standard input, and calls it `given`.
import hashlib
import json
import os
import subprocess
import sys
program = given["program"]
digest = hashlib.sha256(json.dumps(program, sort_keys=True).encode()).hexdigest()[:16]
home = f"/opt/insightpulse/converge/{digest}"
command = "/usr/local/sbin/converge"
try:
    if not os.path.isdir(home):
        for name, text in program.items():
            target = f"{home}.new/converge/{name}"
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w") as stream:
                stream.write(text)
        os.replace(f"{home}.new", home)
    with open(f"{command}.new", "w") as stream:
        stream.write(f'#!/bin/sh\nexport PYTHONPATH={home}\nexec python3 -m converge "$@"\n')
    os.chmod(f"{command}.new", 0o755)
    os.replace(f"{command}.new", command)
except OSError as error:
    sys.exit(f"error: the program that converges this host could not be put in place, and nothing was changed: {error}")
sys.exit(subprocess.run([command, "apply"], input=json.dumps(given["bundle"]), text=True).returncode)
