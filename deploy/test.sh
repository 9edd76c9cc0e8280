#!/usr/bin/env bash
# Sets the machine up, builds the node and runs all its tests; then checks what a native executable is compiled from.
#
# Usage: deploy/test.sh [--help] [ARGUMENT...]     arguments go to Maven, such as -Dtest='Frame*', and the
#   native check is left out
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=deploy/setup.sh
. "$root/deploy/setup.sh"

case ${1:-} in
  -h | --help)
    help "$0"
    exit
    ;;
esac

# The tests bring a PostgreSQL of their own.
set_up jdk maven blender oiiotool ffmpeg egl python curl setsid ps faketime prometheus chromium
cd "$root"
./mvnw -B -ntp verify "$@"
[[ $# -gt 0 ]] || deploy/image/check-native.sh
