#!/usr/bin/env bash
# Installs what the node needs and this machine lacks, by apt-get as root or through sudo; elsewhere it says what to
# install. Where nothing is missing it changes nothing and takes a moment.
#
# Usage: deploy/setup.sh [--help] [NEED...]     without a NEED: all of them
# Other scripts source it and call: set_up [NEED...]. It may then export JAVA_HOME, where `java` is too old.
set -euo pipefail

# A need a line: name; how to tell that it is met; its packages, a|b the first that is packaged; its name elsewhere.
NEEDS=(
  'jdk;has_jdk;openjdk-17-jdk-headless|default-jdk-headless;a JDK, 17 or later'
  'maven;has mvn;maven;Maven, 3.8.6 or later'
  'blender;has_blender;blender;Blender, 3.4 or later'
  'oiiotool;has oiiotool;openimageio-tools;oiiotool, of OpenImageIO 2.4 or later'
  'ffmpeg;has ffmpeg;ffmpeg;ffmpeg, 4.4 or later, with libx264'
  'egl;has_egl;libegl1;EGL, such as that of Mesa'
  'python;has_python;python3;Python, 3.7 or later'
  'curl;has curl;curl;curl'
  'setsid;has setsid;util-linux;util-linux'
  'ps;has ps;procps;procps'
  'postgresql;has_postgresql;postgresql;the PostgreSQL server, 12 or later'
  'faketime;has faketime;faketime;faketime'
  'chromium;has chromium;chromium|chromium-browser;Chromium, as /usr/bin/chromium'
  'prometheus;has promtool;prometheus;Prometheus, 2.42 or later'
)

say() { printf '%s\n' "$*"; }

die() {
  say "$*" >&2
  exit 1
}

# The comment at the top of a script.
help() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$1"; }

has() { command -v "$1" >/dev/null; }

# EEVEE and Workbench render without a display where there is EGL; the driver comes with Blender's package.
has_egl() { compgen -G '/usr/lib*/libEGL.so.1' >/dev/null || compgen -G '/usr/lib/*/libEGL.so.1' >/dev/null; }

# Blender brings one of its own, but in Debian's package; it makes Blender's room.
has_python() { [[ -x /usr/bin/python3 ]] || has python3; }

has_blender() { has "${BLENDER_PATH:-blender}"; }

# The folder of the PostgreSQL server's programs, which Debian keeps off the PATH: the newest version's.
postgresql_programs() {
  local program
  program=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
  [[ -x $program ]] || program=$(command -v initdb) || return 1
  dirname "$program"
}

has_postgresql() { postgresql_programs >/dev/null; }

# Whether this java is of a JDK (a JRE has no javac), 17 or later.
is_jdk() {
  local settings version home
  settings=$("$1" -XshowSettings:properties -version 2>&1) || return 1
  version=$(sed -n 's/^ *java\.specification\.version = //p' <<<"$settings")
  home=$(sed -n 's/^ *java\.home = //p' <<<"$settings")
  [[ ${version%%.*} -ge 17 && -x $home/bin/javac ]]
}

has_jdk() {
  local home
  if [[ -n ${JAVA_HOME:-} ]]; then
    is_jdk "$JAVA_HOME/bin/java" || die "JAVA_HOME=$JAVA_HOME is no JDK of 17 or later: unset it, or name one that is."
    return
  fi
  is_jdk java && return
  for home in /usr/lib/jvm/*/; do
    if is_jdk "$home/bin/java"; then
      export JAVA_HOME=${home%/}
      say "java is too old or no JDK: using the one in $JAVA_HOME."
      return
    fi
  done
  return 1
}

as_root() { if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo "$@"; fi; }

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@"
}

# The first of a|b|c that apt can install.
packaged() {
  local package
  for package in ${1//|/ }; do
    if apt-cache policy "$package" 2>/dev/null | grep 'Candidate: [^(]' >/dev/null; then
      say "$package"
      return
    fi
  done
  die "None of ${1//|/, } is packaged for this system: install one by hand."
}

# Lets apt install, without Debian starting a Prometheus of its own, now or at the next boot: the tests start theirs.
# A machine with a policy-rc.d has decided about services already.
install_without_service() (
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    trap 'as_root rm -f "$policy"' EXIT
    # shellcheck disable=SC2016 # the $1 is that script's own
    printf '#!/bin/sh\ncase "$1" in prometheus*) exit 101 ;; esac\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  apt install -y --no-install-recommends "$@" || exit
  if [[ " $* " == *" prometheus "* ]]; then
    as_root update-rc.d prometheus disable
  fi
)

# Installs the packages given, each as a|b|c.
install_packages() {
  local choice package packages=() log
  log=$(mktemp)
  say "Reading the lists of packages."
  apt update >"$log" 2>&1 || say "Not all lists could be read: going on with those that are there."
  for choice in "$@"; do
    package=$(packaged "$choice")
    packages+=("$package")
  done
  say "Installing ${packages[*]}."
  if ! install_without_service "${packages[@]}" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "The installation failed: the lines above are apt-get's, the rest is in $log."
  fi
  rm -f "$log"
}

# Sees to the needs named, or to all.
set_up() {
  local need name check packages words known=" " missing=() missing_words=()
  for need in "${NEEDS[@]}"; do
    IFS=';' read -r name check packages words <<<"$need"
    known+="$name "
    [[ $# -eq 0 || " $* " == *" $name "* ]] || continue
    $check && continue
    missing+=("$packages") missing_words+=("$words")
  done
  for name in "$@"; do
    [[ $known == *" $name "* ]] || die "Unknown need '$name': there are${known% }."
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  printf -v words '%s; ' "${missing_words[@]}"
  has apt-get || die "Missing here: ${words%; }. Install that with your system's package manager, then start again."
  [[ $(id -u) -eq 0 ]] || has sudo || die "Missing here: ${words%; }. Run deploy/setup.sh as root, or install sudo."
  install_packages "${missing[@]}"
  has_jdk || die "There is still no JDK of 17 or later: install one by hand."
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  case ${1:-} in
    -h | --help) help "$0" ;;
    *) set_up "$@" ;;
  esac
fi
