#!/usr/bin/env bash
# Shows a fleet at work on one machine, without containers: sets the machine up, starts a PostgreSQL of its own and three
# nodes on it, has them render a job that one of them takes and another is asked about, says which node rendered which
# frames, and stops it all.
#
# Usage: deploy/fleet.sh [--help] [--frames N] [--chunk N] [--nodes N] [--keep]
#   --frames N   how many frames of the demo scene to render, from the first on (24)
#   --chunk N    frames per task (2)
#   --nodes N    how many nodes (3)
#   --keep       leave the fleet running
# The nodes' own environment variables work here too: PORT (3001, the first node's; the others have the next that are
# free), OUTPUT_DIR (output), BLEND_FILE_PATH, BLENDER_PATH, RENDER_THREADS (1) and the others in
# deploy/CONFIGURATION.md.
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

frames=24 chunk=2 count=3 keep=false
folder='' job='' nodes=() urls=() logs=()

options() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help)
        help "$0"
        exit
        ;;
      --keep) keep=true ;;
      --frames | --chunk | --nodes)
        [[ ${2:-} =~ ^[1-9][0-9]{0,5}$ ]] || die "$1 wants a whole number from 1 on."
        case $1 in --frames) frames=$2 ;; --chunk) chunk=$2 ;; --nodes) count=$2 ;; esac
        shift
        ;;
      *) die "Unknown option '$1': see deploy/fleet.sh --help." ;;
    esac
    shift
  done
}

# However this script ends: cancels a job under way, then stops the nodes, then PostgreSQL, and removes the folder.
stop() {
  local code=$? node living=()
  trap - EXIT INT TERM HUP
  for node in "${nodes[@]}"; do if alive "$node"; then living+=("$node"); fi; done
  if [[ ${#living[@]} -gt 0 ]]; then
    [[ -z $job ]] || call -X DELETE "${urls[0]}$job" >/dev/null 2>&1 || true
    stop_nodes "${living[@]}" || code=1
    say "The nodes have stopped."
  fi
  stop_postgresql || code=1
  [[ -z $folder ]] || rm -rf "$folder"
  exit "$code"
}

start_nodes() {
  local i next=${PORT:-3001}
  export QUARKUS_PROFILE=fleet OUTPUT_DIR=${OUTPUT_DIR:-$root/output} RENDER_THREADS=${RENDER_THREADS:-1}
  export BLEND_FILE_PATH=${BLEND_FILE_PATH:-$root/blend/files/demo.blend} SCENE_DIR=${SCENE_DIR:-$folder/sent}
  for ((i = 0; i < count; i++)); do
    next=$(free_port "$next")
    logs+=("$root/target/fleet-$((i + 1)).log") urls+=("http://localhost:$next")
    PORT=$next DATA_DIR=$folder/node-$((i + 1)) RENDER_NODE_NAME=fleet-$((i + 1)) launch "${logs[i]}"
    nodes+=("$launched")
    say "Starting node fleet-$((i + 1)): pid $launched, ${urls[i]}."
    next=$((next + 1))
  done
  for ((i = 0; i < count; i++)); do await_ready "${nodes[i]}" "${urls[i]}"; done
}

# Which node rendered what, as the node at $1 tells of the job: a line for each, then the wall time.
shares() {
  local json frames task number node started ended report
  json=$(call -H 'Accept: application/json' "$1$job?attempts=1000") || node_failed "$1 no longer answers."
  frames=$(call -H 'Accept: application/json' "$1$job/frame?limit=10000") || node_failed "$1 no longer answers."
  report=$(
    sed -E 's/,"attempts":.*//; s/.*"submittedAt":"([^"]*)".*"endedAt":"([^"]*)".*/\1 \2/' <<<"$json" |
      while read -r started ended; do say "job $(seconds "$started") $(seconds "$ended")"; done
    grep -oE '"task":[0-9]+,"number":[0-9]+,"node":"[^"]*"[^{}]*"startedAt":"[^"]*","endedAt":"[^"]*"' <<<"$json" |
      sed -E 's/[^:]*:([0-9]+),[^:]*:([0-9]+),"node":"([^"]*)".*"startedAt":"([^"]*)","endedAt":"([^"]*)"/\1 \2 \3 \4 \5/' |
      while read -r task number node started ended; do
        say "attempt $task $number $node $(seconds "$started") $(seconds "$ended")"
      done
    grep -oE '"number":[0-9]+,"task":[0-9]+,"attempt":[0-9]+' <<<"$frames" |
      sed -E 's/[^0-9]+/ /g; s/^/frame/'
  )
  LC_ALL=C awk '
    $1 == "job" { wall = $3 - $2 }
    $1 == "attempt" { owner[$2, $3] = $4; tasks[$4]++; busy[$4] += $6 - $5 }
    $1 == "frame" { node = owner[$3, $4]; count[node]++; all++; list[node] = list[node] " " $2 }
    END {
      printf "%-10s %5s %6s %5s %9s  %s\n", "node", "tasks", "frames", "share", "rendering", "which"
      for (node in tasks) printf "%-10s %5d %6d %3.0f %% %7.1f s %s\n", node, tasks[node], count[node],
        100 * count[node] / all, busy[node], list[node] | "sort"
      close("sort")
      printf "%d frames in %.1f s from the post to the job'"'"'s end, %.2f s a frame.\n", all, wall, wall / all
    }' <<<"$report"
}

# A time of the API in seconds since 1970.
seconds() { date -u -d "$1" +%s.%N; }

options "$@"
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
set_up jdk maven blender egl python curl setsid postgresql
build
folder=$(mktemp -d "${TMPDIR:-/tmp}/render-fleet.XXXXXX")
start_postgresql "$folder"
start_nodes
asked=${urls[1 % count]}
submit "${urls[0]}" "{\"from\":1,\"to\":$frames,\"chunk\":$chunk,\"output\":\"fleet/####\"}"
say "Asking ${asked} from here on, which did not take the job:"
follow "$asked$job"
result "$asked$job" "$frames" "$OUTPUT_DIR" | sed '2,$d'
shares "${urls[count - 1]}"
say "The frames are in $OUTPUT_DIR/fleet."
job=''
if $keep; then
  trap - EXIT
  say "The fleet goes on at ${urls[*]}, the logs are ${logs[*]}. Stop it with:"
  say "  kill ${nodes[*]}; $stop_postgresql_command"
fi
