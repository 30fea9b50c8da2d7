"""Says what runs on a host that somebody else has set up: containers, their databases and volumes, server blocks, certificates.

Comes through standard input; runs as root, needs nothing of ours, and changes nothing. One JSON object goes to standard output.
"""

import json
import re
import shutil
from pathlib import Path

from containers import ENGINE, asked, database_user, inspected, labels, names, run, unit_of  # it travels with this program


def main():
    found = {name: known for name in names() if (known := inspected(name))}
    containers = [container(name, known) for name, known in found.items()]
    print(json.dumps({
        "engine": ENGINE,
        "containers": containers,
        "databases": [base for one in containers if one["runs"] for base in databases(one["name"], found[one["name"]])],
        "sites": sites(),
        "listens": sorted(set(re.findall(r"(\S+:\d+)\s+\S+\s*users:\(\(\"([^\"]+)", run("ss", "-Hltnp").stdout))),
        "freeBytes": shutil.disk_usage("/").free,
    }))


def container(name, found):
    mounts = [mount for mount in found["Mounts"] if mount.get("Source")]
    return {
        "name": name,
        "image": found["Config"]["Image"],
        "runs": found["State"]["Running"],
        "unit": unit_of(found),
        "composeFile": labels(found).get("com.docker.compose.project.config_files"),
        "volumes": [
            {"inside": mount["Destination"], "path": mount["Source"], "bytes": size(mount["Source"])}
            for mount in mounts
            if mount.get("RW", True)
        ],
    }


def databases(name, found):
    """The databases of a PostgreSQL in a container, with their tables; none where it is another kind of container."""
    user = database_user(found)
    listed = asked(name, user, "postgres", "SELECT datname, pg_database_size(oid), current_setting('server_version') "
                   "FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY 1")
    for line in listed.stdout.splitlines():
        base, bytes_, version = line.split("|")
        tables = asked(name, user, base, "SELECT count(*) FROM pg_stat_user_tables").stdout.strip()
        yield {"container": name, "user": user, "name": base, "bytes": int(bytes_), "version": version, "tables": int(tables)}


def sites():
    """nginx's server blocks: name, certificate and when that ends, where they lead."""
    found = []
    for path in sorted(Path("/etc/nginx/sites-enabled").glob("*")):
        text = path.read_text(errors="replace")
        names = re.findall(r"^\s*server_name\s+([^;]+);", text, re.MULTILINE)
        for name in sorted(set(names) - {"_"}):
            certificate = next(iter(re.findall(r"^\s*ssl_certificate\s+([^;]+);", text, re.MULTILINE)), None)
            ends = run("openssl", "x509", "-noout", "-enddate", "-in", certificate).stdout if certificate else ""
            leads = sorted(set(re.findall(r"proxy_pass\s+([^;]+);", text)))
            ends = ends.strip().partition("=")[2]
            found.append({"file": path.name, "name": name.strip(), "certificateEnds": ends, "leadsTo": leads})
    return found


def size(path):
    return int((run("du", "--summarize", "--bytes", path).stdout or "0").split()[0])


main()
