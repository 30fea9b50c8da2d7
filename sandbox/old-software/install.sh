#!/usr/bin/env bash
# Puts onto a machine what its droplet ran before this repository came: services in containers, each with a PostgreSQL of its own,
# nginx before them, certificates of their own. The databases are real, with made-up rows; the services are the sandbox's
# stand-ins, and say so. There is no Docker here: Podman answers to its name, and Compose's files lie where they did, for
# people to read. Runs in the machine as root, once; a second run leaves everything as it is.
# Usage: bash -s -- SERVICE=IMAGE=HOST-NAME...
set -euo pipefail

programs=/usr/lib/postgresql/17/bin
done_file=/opt/old-software-installed

main() {
  local entry name image host
  [ ! -e "$done_file" ] || return 0
  # With a store of its own, as Docker has: what Podman itself runs here is somebody else's.
  printf '#!/bin/sh\nexec podman --storage-driver vfs --root /var/lib/containers/old-docker --runroot /run/old-docker "$@"\n' >/usr/local/bin/docker
  chmod 0755 /usr/local/bin/docker
  install --directory /etc/ssl/old /var/lib/old
  for entry in "$@"; do
    IFS="=" read -r name image host <<<"$entry"
    docker pull --quiet "$image" >/dev/null
    case "$name" in
      odoo) install_odoo "$image" ;;
      mattermost) install_mattermost "$image" ;;
      *) printf 'nobody plays an old %s\n' "$name" >&2 && exit 2 ;;
    esac
    put_before "$name" "$host"
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
  install --directory "$files" /var/lib/old/odoo-etc
  for ((number = 1; number <= 150; number++)); do attachment "$files" "$number"; done |
    docker exec --interactive odoo-postgres psql --quiet --set=ON_ERROR_STOP=1 -U odoo -d insightpulse
  printf '%s\n' '[options]' 'db_host = 127.0.0.1' 'db_port = 5433' 'db_user = odoo' 'db_name = insightpulse' \
    'db_sslmode = disable' 'data_dir = /var/lib/odoo' >/var/lib/old/odoo-etc/odoo.conf
  run_old odoo --volume /var/lib/old/odoo:/var/lib/odoo --volume /var/lib/old/odoo-etc:/etc/odoo:ro "$image" \
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

# A PostgreSQL in a container: this machine's own programs in an image that has next to nothing else.
database() {
  local name="$1" user="$2" base="$3" image="$4" folder="/var/lib/old/$1" port
  port=$((5433 + $(find /var/lib/old -maxdepth 1 -name '*-postgres' | wc --lines)))
  install --directory --owner=postgres --group=postgres --mode=0700 "$folder"
  setpriv --reuid=postgres --regid=postgres --clear-groups "$programs/initdb" --pgdata="$folder/data" --username="$user" \
    --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions >/dev/null
  docker run --detach --quiet --name "$name" --restart=always --network=host --user "$(id --user postgres)" \
    --volume /usr:/usr:ro --volume /usr/bin:/bin:ro --volume /usr/lib:/lib:ro --volume /usr/lib64:/lib64:ro \
    --volume /etc/passwd:/etc/passwd:ro --volume "$folder:/var/lib/postgresql" --tmpfs /tmp:mode=1777 --tmpfs /dev/shm:mode=1777 \
    --env "PATH=$programs:/usr/bin" --env PGHOST=/tmp --env "PGPORT=$port" \
    --env "POSTGRES_USER=$user" --entrypoint "$programs/postgres" "$image" \
    -D /var/lib/postgresql/data -c listen_addresses=127.0.0.1 -c "port=$port" -c unix_socket_directories=/tmp >/dev/null
  for ((tries = 0; tries < 150; tries++)); do
    docker exec "$name" pg_isready --quiet -U "$user" -d postgres 2>/dev/null && break
    sleep 0.2
  done
  docker exec "$name" createdb -U "$user" "$base"
  docker exec --interactive "$name" psql --quiet --set=ON_ERROR_STOP=1 -U "$user" -d "$base"
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
  port=8069
  [ "$name" = odoo ] || port=8065
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
