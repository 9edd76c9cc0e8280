#!/usr/bin/env bash
# Builds the node, for other scripts: they set `root` to the project's folder, source setup.sh and this, and call
#   build [FILE...]     files and folders that count beside the node's own sources
# What runs the node is then $jar.

jar=${root:?}/target/quarkus-app/quarkus-run.jar

# Does nothing where all is built and nothing has changed since.
build() {
  [[ ! -e $jar || -n $(find "$root/src/main" "$root/pom.xml" "$@" -newer "$jar" -print -quit) ]] || return 0
  say "Building the node: a minute or two where Maven has its libraries still to fetch."
  "$root/mvnw" -q -B -ntp package -DskipTests -DskipITs
}
