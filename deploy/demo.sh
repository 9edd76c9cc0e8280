#!/usr/bin/env bash
# Shows the node at work: sets the machine up, builds the node if need be, starts it, has it render the demo scene as
# a client would, prints the frames' paths and stops the node.
#
# Usage: deploy/demo.sh [--help] [--frames N] [--keep]
#   --frames N   how many frames of the scene to render, from the first on (5)
#   --keep       leave the node running
# The node's own environment variables work here too: PORT (3000, or the next one that is free), DATA_DIR (data),
# OUTPUT_DIR (output), BLEND_FILE_PATH, BLENDER_PATH and the others in deploy/CONFIGURATION.md.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=deploy/setup.sh
. "$root/deploy/setup.sh"
# shellcheck source=deploy/build.sh
. "$root/deploy/build.sh"
# shellcheck source=deploy/lib.sh
. "$root/deploy/lib.sh"

logs=("$root/target/demo-node.log")
frames=5 keep=false node='' job='' url=''

options() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help)
        help "$0"
        exit
        ;;
      --keep) keep=true ;;
      --frames)
        frames=${2:-}
        [[ $frames =~ ^[1-9][0-9]{0,5}$ ]] || die "--frames wants a whole number from 1 on."
        shift
        ;;
      *) die "Unknown option '$1': see deploy/demo.sh --help." ;;
    esac
    shift
  done
}

# However this script ends: cancels a job under way, which would else go on at the next start, and stops the node.
stop() {
  local code=$?
  trap - EXIT INT TERM HUP
  [[ -n $node ]] && alive "$node" || exit "$code"
  [[ -z $job ]] || call -X DELETE "$url$job" >/dev/null 2>&1 || true
  stop_nodes "$node" || exit 1
  say "The node has stopped."
  exit "$code"
}

start() {
  export PORT=${PORT:-3000} DATA_DIR=${DATA_DIR:-$root/data} OUTPUT_DIR=${OUTPUT_DIR:-$root/output}
  export BLEND_FILE_PATH=${BLEND_FILE_PATH:-$root/blend/files/demo.blend}
  local wanted=$PORT
  PORT=$(free_port "$wanted")
  [[ $PORT == "$wanted" ]] || say "Port $wanted is taken by another program: using $PORT."
  url=http://localhost:$PORT
  launch "${logs[0]}"
  node=$launched
  say "Starting the node: pid $node, $url."
  await_ready "$node" "$url"
}

options "$@"
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
set_up jdk maven blender egl python curl setsid
build
start
submit "$url" "{\"from\":1,\"to\":$frames}"
follow "$url$job"
result "$url$job" "$frames" "$OUTPUT_DIR"
job=''
if $keep; then
  trap - EXIT
  say "The node goes on at $url, its log is ${logs[0]}. Stop it with: kill $node"
fi
