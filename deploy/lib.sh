#!/usr/bin/env bash
# What the scripts share that run nodes and ask them: they set `logs`, the nodes' logs, and source setup.sh, build.sh
# and this.

call() { curl -sS --noproxy '*' --max-time 20 "$@"; }

# The first value of a field in a line of JSON, without its quotes.
field() {
  local value="\"$1\" *: *(\"([^\"]*)\"|[^],} ]+)"
  if [[ $2 =~ $value ]]; then say "${BASH_REMATCH[2]:-${BASH_REMATCH[1]}}"; fi
}

taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The first port from $1 on that no program listens on.
free_port() {
  local port=$1
  while taken "$port"; do port=$((port + 1)); done
  say "$port"
}

alive() { kill -0 "$1" 2>/dev/null; }

# Ends with the last lines of the logs, for a node that did not do as it should.
node_failed() {
  # shellcheck disable=SC2154 # see the top
  tail -n 30 "${logs[@]}" >&2
  die "$* The lines above are the last that was logged, all are in ${logs[*]}."
}

# Starts a node with this shell's environment; $1 is its log. Its pid is then in $launched.
launch() {
  # A child in a script's background ignores SIGINT, and so would the Blenders it starts: hence env. A session of its
  # own keeps Ctrl-C for this script, which stops the node in good order.
  env --default-signal=INT,QUIT setsid "${JAVA_HOME:+$JAVA_HOME/bin/}java" -jar "${jar:?}" </dev/null >"$1" 2>&1 &
  # shellcheck disable=SC2034 # for who calls this
  launched=$!
}

# Waits until the node of pid $1 and address $2 is ready.
await_ready() {
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    alive "$1" || node_failed "The node did not start."
    if call -f "$2/health/ready" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  node_failed "The node was not ready within 60 s, its /health/ready says: $(call "$2/health/ready" 2>&1 | tr -d '\n')"
}

# Stops the nodes of these pids together, in good order.
stop_nodes() {
  local tries pid left=("$@")
  kill -TERM "${left[@]}" 2>/dev/null || true
  for ((tries = 0; tries < 450; tries++)); do
    left=()
    for pid in "$@"; do if alive "$pid"; then left+=("$pid"); fi; done
    [[ ${#left[@]} -gt 0 ]] || return 0
    sleep 0.1
  done
  kill -KILL "${left[@]}" 2>/dev/null || true
  say "What did not stop on SIGTERM within 45 s was killed: pid ${left[*]}." >&2
  return 1
}

# Posts the job $2 to the node at $1; its path is then in $job.
submit() {
  local answer
  say "\$ curl -X POST $1/job -H 'Content-Type: application/json' -d '$2'"
  answer=$(call -i -X POST "$1/job" -H 'Content-Type: application/json' -d "$2") || node_failed "$1 gives no answer."
  answer=${answer//$'\r'/}
  say "${answer##*$'\n'}"
  job=$(sed -n 's/^[Ll]ocation: *//p' <<<"$answer")
  [[ -n $job ]] || die "The node did not take the job."
}

# Shows progress of the job at the address $1 until it has ended: one line that changes on a terminal, else a line for
# each frame.
follow() {
  local json state line shown='' done_frames progress left
  while :; do
    json=$(call -H 'Accept: application/json' "$1") || node_failed "$1 no longer answers."
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

# The end of the job at the address $1 in the node's words; then looks for each of its $2 frames' files below $3 and
# prints their paths.
result() {
  local answer output path count=0
  answer=$(call "$1") || node_failed "$1 no longer answers."
  say "$answer"
  [[ $answer == "Job completed" ]] || exit 1
  output=$(cd "$3" && pwd)
  while read -r path; do
    [[ -s $output/$path ]] || die "$output/$path is not there, though the node says so."
    say "$output/$path"
    count=$((count + 1))
  done < <(call -H 'Accept: application/json' "$1/frame" | grep -oE '"path" *: *"[^"]*"' | sed 's/.*: *"//; s/"$//')
  [[ $count -ge $2 ]] || die "The node names $count files for $2 frames."
}
