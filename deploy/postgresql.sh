#!/usr/bin/env bash
# A PostgreSQL for other scripts, apart from any that the system runs: they source setup.sh, lib.sh and this, and call
#   start_postgresql FOLDER [SETTING=VALUE...]     a cluster below FOLDER, which only this machine reaches; nodes and
#                                                  psql find it by DB_URL, DB_USER and DB_PASSWORD_FILE
#   stop_postgresql                                does nothing where none was started

cluster='' programs='' stop_postgresql_command=''
# PostgreSQL refuses to run as root.
run_as=()
[[ $(id -u) -ne 0 ]] || run_as=(runuser -u postgres --)

# In the cluster's folder: that user may not be allowed into the present one.
as_postgres() { (cd "$cluster" && "${run_as[@]}" "$@"); }

start_postgresql() {
  local port setting options
  programs=$(postgresql_programs)
  chmod 711 "$1" # no more than the way to the cluster
  cluster=$1/postgresql
  mkdir -m 700 "$cluster"
  export DB_USER=render DB_PASSWORD_FILE=$cluster/password
  (umask 077 && head -c 24 /dev/urandom | base64 >"$DB_PASSWORD_FILE")
  [[ $(id -u) -ne 0 ]] || chown -R postgres "$cluster"
  as_postgres "$programs/initdb" -D "$cluster/data" -U "$DB_USER" -A scram-sha-256 --pwfile="$DB_PASSWORD_FILE" \
    -E UTF8 --locale=C >"$1/initdb.log" 2>&1 || { cat "$1/initdb.log" >&2 && die "initdb failed."; }
  port=$(free_port 5433)
  options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$cluster"
  for setting in "${@:2}"; do options+=" -c $setting"; done
  say "Starting PostgreSQL: port $port, $cluster."
  # shellcheck disable=SC2034 # for who leaves it running
  stop_postgresql_command="${run_as[*]} $programs/pg_ctl -D $cluster/data -m fast stop"
  as_postgres "$programs/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w -t 60 start -o "$options" >/dev/null ||
    { tail "$cluster/log" >&2 && die "PostgreSQL did not start."; }
  PGPASSWORD=$(<"$DB_PASSWORD_FILE") "$programs/createdb" -h 127.0.0.1 -p "$port" -U "$DB_USER" render
  export DB_URL=jdbc:postgresql://127.0.0.1:$port/render
}

stop_postgresql() {
  [[ -n $cluster && -s $cluster/data/postmaster.pid ]] || return 0
  as_postgres "$programs/pg_ctl" -D "$cluster/data" -m fast -t 60 -w stop >/dev/null || return 1
  say "PostgreSQL has stopped."
}
