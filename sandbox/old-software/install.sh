#!/usr/bin/env bash
# Puts onto a machine what its droplet ran before this repository came: services in containers, each with a PostgreSQL of its own,
# nginx before them, certificates of their own; on the OCR host one service as a unit of systemd, and beside it an Odoo and a Superset
# that nobody uses any more. The databases are real, with made-up rows; the services are the sandbox's stand-ins, and say so.
# There is no Docker here: Podman answers to its name, and Compose's files lie where they did, for people to read. Runs in
# the machine as root, once; a second run leaves everything as it is.
# Usage: bash -s -- NAME=IMAGE=[HOST-NAME]...
set -euo pipefail

# The server is as old as production's where that could be had; its clients are this machine's own.
clients=/usr/lib/postgresql/17/bin
server=/opt/old-postgres/bin
[ -x "$server/postgres" ] || server="$clients"
done_file=/opt/old-software-installed

main() {
  local entry name image host
  [ ! -e "$done_file" ] || return 0
  # Whoever runs this may let nobody read what it writes.
  umask 022
  # With a store of its own, as Docker has: what Podman itself runs here is somebody else's.
  printf '#!/bin/sh\nexec podman --storage-driver vfs --root /var/lib/containers/old-docker --runroot /run/old-docker "$@"\n' >/usr/local/bin/docker
  chmod 0755 /usr/local/bin/docker
  install --directory /etc/ssl/old /var/lib/old
  for entry in "$@"; do
    IFS="=" read -r name image host <<<"$entry"
    [ "$name" = ocr ] || docker pull --quiet "$image" >/dev/null
    case "$name" in
      odoo) install_odoo "$image" ;;
      mattermost) install_mattermost "$image" ;;
      n8n) install_n8n "$image" ;;
      ocr) install_ocr ;;
      odoo19) install_odoo19 "$image" ;;
      superset) install_superset "$image" ;;
      *) printf 'nobody plays an old %s\n' "$name" >&2 && exit 2 ;;
    esac
    [ -z "$host" ] || put_before "$name" "$host"
  done
  nginx -t -q
  systemctl start nginx.service
  touch "$done_file"
}

# Users, tables, indexes, a view, a sequence, an extension's index, and files by their SHA-1, as Odoo has them.
install_odoo() {
  local image="$1" files
  compose odoo "$image"
  database odoo-postgres odoo insightpulse "$image" <<'SQL'
CREATE EXTENSION pg_trgm;
CREATE TABLE res_partner (id serial PRIMARY KEY, name varchar NOT NULL, email varchar, create_date timestamp DEFAULT now());
CREATE INDEX res_partner_name_trgm ON res_partner USING gin (name gin_trgm_ops);
CREATE TABLE res_users (id serial PRIMARY KEY, login varchar UNIQUE NOT NULL, partner_id integer NOT NULL REFERENCES res_partner);
CREATE TABLE account_move (id serial PRIMARY KEY, name varchar, state varchar CHECK (state IN ('draft', 'posted')),
  partner_id integer REFERENCES res_partner, amount_total numeric(16, 2), invoice_date date);
CREATE TABLE account_move_line (id serial PRIMARY KEY, move_id integer NOT NULL REFERENCES account_move ON DELETE CASCADE,
  label text, debit numeric(16, 2), credit numeric(16, 2));
CREATE TABLE ir_config_parameter (id serial PRIMARY KEY, key varchar UNIQUE NOT NULL, value text);
CREATE TABLE ir_attachment (id serial PRIMARY KEY, name varchar, store_fname varchar, file_size integer, db_datas bytea);
CREATE SEQUENCE ir_sequence_001 START 4711;
CREATE VIEW account_open AS SELECT partner_id, sum(amount_total) AS total FROM account_move WHERE state = 'posted' GROUP BY 1;
INSERT INTO res_partner (name, email) SELECT 'Partner Ñandú ' || n, 'p' || n || '@example.com' FROM generate_series(1, 2000) n;
INSERT INTO res_users (login, partner_id) SELECT 'user' || n, n FROM generate_series(1, 40) n;
INSERT INTO account_move (name, state, partner_id, amount_total, invoice_date)
  SELECT 'INV/' || n, CASE WHEN n % 5 = 0 THEN 'draft' ELSE 'posted' END, 1 + n % 2000, n * 1.07, date '2025-01-01' + n % 300
  FROM generate_series(1, 6000) n;
INSERT INTO account_move_line (move_id, label, debit, credit)
  SELECT 1 + n % 6000, 'Line ' || n, n * 0.5, n * 0.25 FROM generate_series(1, 18000) n;
INSERT INTO ir_config_parameter (key, value) VALUES ('database.uuid', 'of the old one'), ('web.base.url', 'http://old');
SQL
  files=/var/lib/old/odoo/filestore/insightpulse
  install --directory "$files"
  for ((number = 1; number <= 150; number++)); do attachment "$files" "$number"; done |
    docker exec --interactive odoo-postgres psql --quiet --set=ON_ERROR_STOP=1 -U odoo -d insightpulse
  run_odoo odoo odoo-postgres insightpulse "$image"
}

# An Odoo in a container, with its settings beside its data.
run_odoo() {
  local name="$1" database="$2" base="$3" image="$4" folder="/var/lib/old/$1"
  install --directory "$folder" "$folder-etc"
  printf '%s\n' '[options]' 'db_host = 127.0.0.1' "db_port = $(port_of "$database")" 'db_user = odoo' "db_name = $base" \
    'db_sslmode = disable' 'data_dir = /var/lib/odoo' >"$folder-etc/odoo.conf"
  run_old "$name" --volume "$folder:/var/lib/odoo" --volume "$folder-etc:/etc/odoo:ro" "$image" \
    /usr/bin/odoo --config=/etc/odoo/odoo.conf
}

attachment() {
  local folder="$1" number="$2" draft digest
  draft="$(mktemp)"
  for ((line = 1; line <= 60; line++)); do printf 'attachment %s, line %s\n' "$number" "$line"; done >"$draft"
  digest="$(sha1sum "$draft" | cut --delimiter=' ' --fields=1)"
  install -D --mode=0640 "$draft" "$folder/${digest:0:2}/$digest"
  rm "$draft"
  printf "INSERT INTO ir_attachment (name, store_fname, file_size) VALUES ('file %s', '%s', 1);\n" \
    "$number" "${digest:0:2}/$digest"
}

install_mattermost() {
  local image="$1"
  compose mattermost "$image"
  database mattermost-postgres mmuser mattermost "$image" <<'SQL'
CREATE TABLE users (id varchar(26) PRIMARY KEY, username varchar(64) UNIQUE, email varchar(128) UNIQUE, createat bigint);
CREATE TABLE posts (id varchar(26) PRIMARY KEY, userid varchar(26) REFERENCES users, message varchar(65535), createat bigint);
CREATE INDEX idx_posts_message_txt ON posts USING gin (to_tsvector('english', message));
INSERT INTO users SELECT md5('u' || n)::varchar(26), 'user' || n, 'u' || n || '@example.com', n FROM generate_series(1, 60) n;
INSERT INTO posts SELECT md5('p' || n)::varchar(26), md5('u' || 1 + n % 60)::varchar(26), 'message ' || n, n
  FROM generate_series(1, 9000) n;
SQL
  install --directory /var/lib/old/mattermost/{data,config,logs,plugins}
  for ((number = 1; number <= 80; number++)); do
    printf 'upload %s\n' "$number" >"/var/lib/old/mattermost/data/upload-$number.txt"
  done
  run_old mattermost --volume /var/lib/old/mattermost/data:/mattermost/data \
    --volume /var/lib/old/mattermost/config:/mattermost/config \
    --env MM_SERVICESETTINGS_LISTENADDRESS=127.0.0.1:8065 \
    --env 'MM_SQLSETTINGS_DATASOURCE=postgres://mmuser@127.0.0.1:5434/mattermost?sslmode=disable' \
    "$image" mattermost
}

# Nobody gave it a key, so it keeps one in its settings file; everything that it has sealed opens with that alone.
install_n8n() {
  local image="$1" key folder=/var/lib/old/n8n
  compose n8n "$image"
  key="$(openssl rand -base64 24)"
  install --directory "$folder/binaryData" "$folder/nodes/node_modules/n8n-nodes-made-up"
  printf '{ "encryptionKey": "%s" }\n' "$key" >"$folder/config"
  chmod 0600 "$folder/config"
  for ((number = 1; number <= 30; number++)); do printf 'upload %s\n' "$number" >"$folder/binaryData/upload-$number"; done
  printf '{ "name": "n8n-nodes-made-up" }\n' >"$folder/nodes/node_modules/n8n-nodes-made-up/package.json"
  {
    cat <<'SQL'
CREATE TABLE "user" (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email varchar(255) UNIQUE, "mfaSecret" text);
CREATE TABLE credentials_entity (id varchar(36) PRIMARY KEY, name varchar(128) NOT NULL, data text NOT NULL, type varchar(128) NOT NULL);
CREATE TABLE workflow_entity (id varchar(36) PRIMARY KEY, name varchar(128), active boolean, nodes json, connections json);
CREATE TABLE execution_entity (id serial PRIMARY KEY, "workflowId" varchar(36) REFERENCES workflow_entity, status varchar, "startedAt" timestamptz);
CREATE TABLE execution_data ("executionId" integer PRIMARY KEY REFERENCES execution_entity ON DELETE CASCADE, data text);
CREATE TABLE settings (key varchar(255) PRIMARY KEY, value text NOT NULL, "loadOnStartup" boolean NOT NULL DEFAULT false);
INSERT INTO workflow_entity SELECT 'w' || n, 'Workflow ' || n, n % 3 <> 0, json_build_array(json_build_object('name', 'Node ' || n)), '{}'
  FROM generate_series(1, 60) n;
INSERT INTO execution_entity ("workflowId", status, "startedAt") SELECT 'w' || 1 + n % 60, 'success', timestamptz '2025-11-01' + n * interval '1 min'
  FROM generate_series(1, 4000) n;
INSERT INTO execution_data SELECT id, 'result ' || id FROM execution_entity;
SQL
    for ((number = 1; number <= 20; number++)); do
      printf "INSERT INTO credentials_entity VALUES ('c%s', 'Credential %s', '%s', 'httpHeaderAuth');\n" "$number" "$number" \
        "$(printf '{"name":"X-Made-Up","value":"what credential %s opens"}' "$number" | sealed_by "$key")"
    done
    printf "INSERT INTO \"user\" (email, \"mfaSecret\") VALUES ('owner@example.com', '%s');\n" \
      "$(printf 'a second factor' | sealed_by "$key")"
    printf "INSERT INTO settings VALUES ('features.ldap', '{\"bindingAdminPassword\":\"%s\"}', true);\n" \
      "$(printf 'a password within a text' | sealed_by "$key")"
    printf "INSERT INTO settings VALUES ('of.nobody', '%s', false);\n" "$(printf 'sealed by somebody else' | sealed_by another)"
  } | database n8n-postgres n8n n8n "$image"
  run_old n8n --volume "$folder:/home/node/.n8n" --env HOME=/home/node --env N8N_LISTEN_ADDRESS=127.0.0.1 \
    --env DB_POSTGRESDB_HOST=127.0.0.1 --env "DB_POSTGRESDB_PORT=$(port_of n8n-postgres)" --env DB_POSTGRESDB_DATABASE=n8n \
    --env DB_POSTGRESDB_USER=n8n "$image" n8n
}

# As n8n seals: what it reads, on one line.
sealed_by() {
  openssl enc -aes-256-cbc -md md5 -salt -pass fd:3 3<<<"$1" 2>/dev/null | base64 --wrap=0
}

# In Python under systemd, with models in the home of its user; it answers otherwise than its successor, on another port.
install_ocr() {
  local home=/home/aihub
  id --user aihub >/dev/null 2>&1 || useradd --create-home --home-dir "$home" --shell /usr/sbin/nologin aihub
  install --directory --owner=aihub --group=aihub /opt/ai-inference-hub "$home/.paddleocr/whl/det" "$home/.paddleocr/whl/rec"
  for ((number = 1; number <= 6; number++)); do
    seq "$((number * 1000))" >"$home/.paddleocr/whl/$([ $((number % 2)) = 0 ] && echo det || echo rec)/model-$number.pdiparams"
  done
  chown --recursive aihub:aihub "$home/.paddleocr"
  cat >/opt/ai-inference-hub/main.py <<'PYTHON'
"""A stand-in for the hub that read receipts: it answers whether it is well, and reads nothing."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWERS = {"/health": {"status": "ok"}, "/ready": {"ready": True}, "/live": {"alive": True}}


class Hub(BaseHTTPRequestHandler):
    def do_GET(self):
        answer = ANSWERS.get(self.path)
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Stand-In", "true")
        self.end_headers()
        self.wfile.write(json.dumps(answer or {}).encode())


ThreadingHTTPServer(("127.0.0.1", 8100), Hub).serve_forever()
PYTHON
  cat >/etc/systemd/system/ai-inference-hub.service <<'UNIT'
[Unit]
Description=AI inference hub (stand-in)
After=network-online.target

[Service]
User=aihub
Group=aihub
WorkingDirectory=/opt/ai-inference-hub
ExecStart=/usr/bin/python3 /opt/ai-inference-hub/main.py
Restart=always
MemoryMax=4G

[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload
  systemctl enable --quiet --now ai-inference-hub.service
}

# An Odoo of a later major that was tried and left, with what people had typed into it.
install_odoo19() {
  local image="$1"
  compose odoo19 "$image"
  database odoo19_db odoo odoo19 "$image" <<'SQL'
CREATE TABLE res_partner (id serial PRIMARY KEY, name varchar NOT NULL);
INSERT INTO res_partner (name) SELECT 'Tried ' || n FROM generate_series(1, 700) n;
SQL
  run_odoo odoo19 odoo19_db odoo19 "$image"
}

# A Superset that has ended, whose PostgreSQL still runs.
install_superset() {
  local image="$1"
  database superset_db superset superset "$image" <<'SQL'
CREATE TABLE dashboards (id serial PRIMARY KEY, dashboard_title varchar NOT NULL);
INSERT INTO dashboards (dashboard_title) SELECT 'Dashboard ' || n FROM generate_series(1, 12) n;
SQL
  docker run --quiet --name superset --network=host --volume /usr:/usr:ro --volume /usr/lib:/lib:ro --volume /usr/lib64:/lib64:ro \
    --entrypoint /usr/bin/true "$image" >/dev/null
}

# A PostgreSQL in a container: programs of this machine in an image that has next to nothing else.
database() {
  local name="$1" user="$2" base="$3" image="$4" folder="/var/lib/old/$1" port
  port="$(port_of "$name")"
  install --directory --owner=postgres --group=postgres --mode=0700 "$folder"
  setpriv --reuid=postgres --regid=postgres --clear-groups "$server/initdb" --pgdata="$folder/data" --username="$user" \
    --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions >/dev/null
  docker run --detach --quiet --name "$name" --restart=always --network=host --user "$(id --user postgres)" \
    --volume /usr:/usr:ro --volume /usr/bin:/bin:ro --volume /usr/lib:/lib:ro --volume /usr/lib64:/lib64:ro \
    --volume /opt:/opt:ro --volume /etc/passwd:/etc/passwd:ro --volume "$folder:/var/lib/postgresql" --tmpfs /tmp:mode=1777 --tmpfs /dev/shm:mode=1777 \
    --env "PATH=$clients:/usr/bin" --env PGHOST=/tmp --env "PGPORT=$port" \
    --env "POSTGRES_USER=$user" --entrypoint "$server/postgres" "$image" \
    -D /var/lib/postgresql/data -c listen_addresses=127.0.0.1 -c "port=$port" -c unix_socket_directories=/tmp >/dev/null
  for ((tries = 0; tries < 150; tries++)); do
    docker exec "$name" pg_isready --quiet -U "$user" -d postgres 2>/dev/null && break
    sleep 0.2
  done
  docker exec "$name" createdb -U "$user" "$base"
  docker exec --interactive "$name" psql --quiet --set=ON_ERROR_STOP=1 -U "$user" -d "$base"
}

port_of() {
  case "$1" in
    odoo-postgres) echo 5433 ;;
    mattermost-postgres) echo 5434 ;;
    n8n-postgres) echo 5435 ;;
    odoo19_db) echo 5433 ;;
    superset_db) echo 5436 ;;
  esac
}

run_old() {
  local name="$1"
  shift
  docker run --detach --quiet --name "$name" --restart=unless-stopped --network=host "$@" >/dev/null
}

compose() {
  install --directory "/opt/$1"
  printf 'services:\n  %s:\n    image: %s\n    restart: unless-stopped\n' "$1" "$2" >"/opt/$1/docker-compose.yml"
}

# The old server block, with an old certificate of nobody's.
put_before() {
  local name="$1" host="$2" port
  case "$name" in
    odoo) port=8069 ;;
    mattermost) port=8065 ;;
    n8n) port=5678 ;;
    ocr) port=8100 ;;
  esac
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$host" -addext "subjectAltName=DNS:$host" \
    -keyout "/etc/ssl/old/$host.key" -out "/etc/ssl/old/$host.pem" 2>/dev/null
  cat >"/etc/nginx/sites-available/$host.conf" <<CONF
server {
    listen 443 ssl;
    server_name $host;
    ssl_certificate /etc/ssl/old/$host.pem;
    ssl_certificate_key /etc/ssl/old/$host.key;
    add_header X-Old-Server-Block "true" always;
    location / {
        proxy_pass http://127.0.0.1:$port;
        proxy_set_header Host \$host;
    }
}
CONF
  ln -sf "/etc/nginx/sites-available/$host.conf" "/etc/nginx/sites-enabled/$host.conf"
}

# On one line: the shell reads it whole before it runs.
main "$@"; exit
