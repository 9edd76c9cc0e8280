#!/usr/bin/env bash
# Shows the node at work: sets the machine up, builds the node if need be, starts it, has it render the demo scene as
# a client would, prints the frames' paths and stops the node.
#
# Usage: deploy/demo.sh [--help] [--frames N] [--keep]
#   --frames N   how many frames of the scene to render, from the first on (5)
#   --keep       leave the node running
# The node's own environment variables work here too: PORT (3000, or the next one that is free), DATA_DIR (data),
# OUTPUT_DIR (output), BLEND_FILE_PATH, BLENDER_PATH and the others in the README.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=deploy/setup.sh
. "$root/deploy/setup.sh"
# shellcheck source=deploy/build.sh
. "$root/deploy/build.sh"

log=$root/target/demo-node.log
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

call() { curl -sS --noproxy '*' --max-time 20 "$@"; }

# The first value of a field in a line of JSON, without its quotes.
field() {
  local value="\"$1\" *: *(\"([^\"]*)\"|[^],} ]+)"
  if [[ $2 =~ $value ]]; then say "${BASH_REMATCH[2]:-${BASH_REMATCH[1]}}"; fi
}

alive() { kill -0 "$node" 2>/dev/null; }

# Ends with the node's log, for a node that did not do as it should.
node_failed() {
  tail -n 30 "$log" >&2
  die "$* The lines above are the node's last, all are in $log."
}

# However this script ends: cancels a job under way, which would else go on at the next start, and stops the node.
stop() {
  local code=$?
  trap - EXIT INT TERM HUP
  [[ -n $node ]] && alive || exit "$code"
  [[ -z $job ]] || call -X DELETE "$url$job" >/dev/null 2>&1 || true
  kill -TERM "$node" 2>/dev/null || true
  for ((tries = 0; tries < 450; tries++)); do
    alive || break
    sleep 0.1
  done
  if alive; then
    kill -KILL "$node" 2>/dev/null || true
    say "The node did not stop on SIGTERM within 45 s and was killed." >&2
    exit 1
  fi
  say "The node has stopped."
  exit "$code"
}

taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() {
  export PORT=${PORT:-3000} DATA_DIR=${DATA_DIR:-$root/data} OUTPUT_DIR=${OUTPUT_DIR:-$root/output}
  export BLEND_FILE_PATH=${BLEND_FILE_PATH:-$root/blend/files/demo.blend}
  local wanted=$PORT
  while taken "$PORT"; do PORT=$((PORT + 1)); done
  [[ $PORT == "$wanted" ]] || say "Port $wanted is taken by another program: using $PORT."
  url=http://localhost:$PORT

  # A child in a script's background ignores SIGINT, and so would the Blenders it starts: hence env. A session of its
  # own keeps Ctrl-C for this script, which stops the node in good order.
  env --default-signal=INT,QUIT setsid "${JAVA_HOME:+$JAVA_HOME/bin/}java" -jar "$jar" </dev/null >"$log" 2>&1 &
  node=$!
  say "Starting the node: pid $node, $url."
  for ((tries = 0; tries < 600; tries++)); do
    alive || node_failed "The node did not start."
    if call -f "$url/health/ready" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  node_failed "The node was not ready within 60 s, its /health/ready says: $(call "$url/health/ready" 2>&1 | tr -d '\n')"
}

submit() {
  local body="{\"from\":1,\"to\":$frames}" answer
  say "\$ curl -X POST $url/job -H 'Content-Type: application/json' -d '$body'"
  answer=$(call -i -X POST "$url/job" -H 'Content-Type: application/json' -d "$body") || node_failed "No answer."
  answer=${answer//$'\r'/}
  say "${answer##*$'\n'}"
  job=$(sed -n 's/^[Ll]ocation: *//p' <<<"$answer")
  [[ -n $job ]] || die "The node did not take the job."
}

# Shows progress until the job has ended: one line that changes on a terminal, else a line for each frame.
follow() {
  local json state line shown='' done_frames progress left
  while :; do
    json=$(call -H 'Accept: application/json' "$url$job") || node_failed "The node no longer answers."
    state=$(field state "$json") done_frames=$(field framesDone "$json")
    progress=$(field progress "$json") left=$(field remainingSeconds "$json")
    line=$(LC_ALL=C printf '%s: %s of %s frames, %.0f %%' "$state" "$done_frames" "$(field framesTotal "$json")" \
      "$(percent "$progress")")
    if [[ -t 1 ]]; then
      [[ $state != running || ! $left =~ ^[1-9] ]] || line+=", about ${left%%.*} s left"
      printf '\r\033[K%s' "$line"
    elif [[ $state/$done_frames != "$shown" ]]; then
      say "$line"
    fi
    shown=$state/$done_frames
    case $state in queued | running) sleep 0.3 ;; *) break ;; esac
  done
  [[ ! -t 1 ]] || printf '\n'
}

percent() { awk -v share="$1" 'BEGIN { print share * 100 }'; }

# The job's end in the node's words, then its frames' files.
result() {
  local answer output path count=0
  answer=$(call "$url$job") || node_failed "The node no longer answers."
  say "$answer"
  [[ $answer == "Job completed" ]] || exit 1
  output=$(cd "$OUTPUT_DIR" && pwd)
  while read -r path; do
    [[ -s $output/$path ]] || die "$output/$path is not there, though the node says so."
    say "$output/$path"
    count=$((count + 1))
  done < <(call -H 'Accept: application/json' "$url$job/frame" | grep -oE '"path" *: *"[^"]*"' | sed 's/.*: *"//; s/"$//')
  [[ $count -ge $frames ]] || die "The node names $count files for $frames frames."
}

options "$@"
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
set_up jdk maven blender curl setsid
build
start
submit
follow
result
job=''
if $keep; then
  trap - EXIT
  say "The node goes on at $url, its log is $log. Stop it with: kill $node"
fi
