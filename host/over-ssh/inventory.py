"""Says what runs on a host that somebody else has set up: containers, their databases and volumes, server blocks, certificates.

Comes through standard input; runs as root, needs nothing of ours, and changes nothing. One JSON object goes to standard output.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path


def run(*words):
    """What a program printed; nothing when it failed or is not there."""
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL).stdout
    except FileNotFoundError:
        return ""


def main():
    engine = "docker" if shutil.which("docker") else "podman"
    names = run(engine, "ps", "--all", "--format", "{{.Names}}").split()
    containers = [container(engine, name) for name in sorted(names)]
    print(json.dumps({
        "engine": engine,
        "containers": containers,
        "databases": [base for one in containers if one["runs"] for base in databases(engine, one["name"])],
        "sites": sites(),
        "listens": sorted(set(re.findall(r"(\S+:\d+)\s+\S+\s*users:\(\(\"([^\"]+)", run("ss", "-Hltnp")))),
        "freeBytes": shutil.disk_usage("/").free,
    }))


def container(engine, name):
    found = json.loads(run(engine, "container", "inspect", name))[0]
    mounts = [mount for mount in found["Mounts"] if mount.get("Source")]
    labels = found["Config"].get("Labels") or {}
    return {
        "name": name,
        "image": found["Config"]["Image"],
        "runs": found["State"]["Running"],
        # Podman notes which unit runs one.
        "unit": labels.get("PODMAN_SYSTEMD_UNIT"),
        "composeFile": labels.get("com.docker.compose.project.config_files"),
        "volumes": [
            {"inside": mount["Destination"], "path": mount["Source"], "bytes": size(mount["Source"])}
            for mount in mounts
            if mount.get("RW", True)
        ],
    }


def databases(engine, name):
    """The databases of a PostgreSQL in a container, with their tables; none where it is another kind of container."""
    user = "postgres"
    for entry in json.loads(run(engine, "container", "inspect", name))[0]["Config"].get("Env") or []:
        if entry.startswith("POSTGRES_USER="):
            user = entry.partition("=")[2]
    ask = [engine, "exec", name, "psql", "--no-psqlrc", "-qAt", "-U", user, "-d"]
    listed = run(*ask, "postgres", "-c", "SELECT datname, pg_database_size(oid), current_setting('server_version') "
                 "FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY 1")
    for line in listed.splitlines():
        base, bytes_, version = line.split("|")
        tables = run(*ask, base, "-c", "SELECT count(*) FROM pg_stat_user_tables").strip()
        yield {"container": name, "user": user, "name": base, "bytes": int(bytes_), "version": version, "tables": int(tables)}


def sites():
    """nginx's server blocks: name, certificate and when that ends, where they lead."""
    found = []
    for path in sorted(Path("/etc/nginx/sites-enabled").glob("*")):
        text = path.read_text(errors="replace")
        names = re.findall(r"^\s*server_name\s+([^;]+);", text, re.MULTILINE)
        for name in sorted(set(names) - {"_"}):
            certificate = next(iter(re.findall(r"^\s*ssl_certificate\s+([^;]+);", text, re.MULTILINE)), None)
            ends = run("openssl", "x509", "-noout", "-enddate", "-in", certificate) if certificate else ""
            leads = sorted(set(re.findall(r"proxy_pass\s+([^;]+);", text)))
            ends = ends.strip().partition("=")[2]
            found.append({"file": path.name, "name": name.strip(), "certificateEnds": ends, "leadsTo": leads})
    return found


def size(path):
    return int((run("du", "--summarize", "--bytes", path) or "0").split()[0])


main()
