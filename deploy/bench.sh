#!/usr/bin/env bash
# Measures a node: builds it if need be, and runs one of the programs below, each of which starts a node of its own in
# a temporary folder and stops it. The machine should have nothing else to do.
#
# Usage: deploy/bench.sh NAME [ARGUMENT...]
#   status [FRAMES [PAIRS [RATE]]]   (10 5 500) with the real Blender: seconds that a render of the demo scene takes
#                                    alone and with RATE status calls a second, their ratio; the calls' milliseconds
#   queue [CALLS [CLAIMS]]           (1000 500) with 10,000 waiting tasks: milliseconds of posting, listing, polling
#                                    and canceling a job, and from an attempt's end to the next one's start
#   start [JOBS [STARTS]]            (100000 5) with an empty store and with JOBS remembered jobs: seconds until the
#                                    node serves and is ready, those of processor time, megabytes resident then and
#                                    after ten pages of jobs
#   soak [MINUTES [RATE [SLOTS]]]    (5 20 2) with RATE jobs a second: megabytes of heap, memory and DATA_DIR,
#                                    descriptors, threads and processes, and whether they are flat
#   claims [SECONDS [NODES,NODES... [JOBS]]]  (15 1,4,16,64 100) through a PostgreSQL of its own: 200,000 tasks of JOBS
#                                    jobs that take no time, claimed and finished a second, by the number of nodes;
#                                    what 64 idle ones ask of it
#   cost [FRAMES [PAIRS [blender|fake [WARM [SECONDS]]]]]  (40 5 blender 4000 30) after WARM frames that warm the JVM:
#                                    milliseconds of the node's own processor time a frame, of its helpers', a job's
#                                    seconds over bare Blender's; its processor time in SECONDS of rest; as JSON too
#   blender [PAIRS]                  (3) jobs of small scenes, of a slow one and of one of 200 MB, by bare command lines,
#                                    by a node with RENDER_WARM=off and by one with it on, in turn: seconds, processors
#                                    kept busy and megabytes, medians (least..most), ratios and their goals; as JSON too
#   fuzz [REQUESTS [SEED]]           (100000 1) requests from the API's own description, and such as are bent: what must
#                                    not be (5xx but 503, a hang, no answer), heap, memory, descriptors, threads, metrics
# All but status, cost, blender and claims use the tests' fake Blender, so that only the node is measured. Times are medians, 99th percentiles
# and the longest. The node's own environment variables work here too, and
# NODE_JAVA_OPTIONS holds options for its JVM, parted by spaces: -XX:TieredStopAtLevel=1, say.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=deploy/setup.sh
. "$root/deploy/setup.sh"
# shellcheck source=deploy/build.sh
. "$root/deploy/build.sh"
# shellcheck source=deploy/lib.sh
. "$root/deploy/lib.sh"
# shellcheck source=deploy/postgresql.sh
. "$root/deploy/postgresql.sh"

folder='' program='' needs=(jdk maven python setsid)

# However this script ends: the program stops its node when it is stopped.
stop() {
  local code=$?
  trap - EXIT INT TERM HUP
  if [[ -n $program ]] && kill -TERM "$program" 2>/dev/null; then wait "$program" || true; fi
  stop_postgresql || code=1
  [[ -z $folder ]] || rm -rf "$folder"
  exit "$code"
}

load() { cut -d' ' -f1-3 /proc/loadavg; }

case ${1:-} in
  -h | --help)
    help "$0"
    exit
    ;;
  status) main=StatusBenchmark needs+=(blender) ;;
  queue) main=QueueBenchmark ;;
  start) main=StartBenchmark ;;
  soak) main=Soak ;;
  cost)
    main=CostBenchmark
    [[ ${4:-} == fake ]] || needs+=(blender)
    ;;
  blender) main=BlenderBenchmark needs+=(blender) ;;
  fuzz) main=FuzzBenchmark ;;
  claims) main=ClaimBenchmark needs+=(postgresql) ;;
  *) die "Name one of status, queue, start, soak, claims, cost, blender, fuzz: see deploy/bench.sh --help." ;;
esac
shift

trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
set_up "${needs[@]}"
cd "$root"
build src/test/java
folder=$(mktemp -d)
[[ $main != ClaimBenchmark ]] || start_postgresql "$folder" max_connections=400
say "$(nproc) processors, load $(load)"
libraries=target/quarkus-app/lib
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "target/test-classes:target/quarkus-app/app/*:$libraries/main/*:$libraries/boot/*" \
  "io.rendernode.bench.$main" "$folder" "$@" </dev/null &
program=$!
code=0
wait "$program" || code=$?
program=''
say "load $(load)"
if [[ $code -ne 0 && -s $folder/node.log ]]; then tail -n 20 "$folder/node.log" >&2; fi
exit "$code"
