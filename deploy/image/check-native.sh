#!/usr/bin/env bash
# Checks what a native executable would be compiled from, without a GraalVM: Quarkus writes its sources and
# configuration, and what the node reaches by name at run time has to be registered there.
#
# Usage: deploy/image/check-native.sh [--help]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=deploy/setup.sh
. "$root/deploy/setup.sh"

# Words that Quarkus's configuration must hold, each in the file before it. A record that is answered as JSON stands for
# all of its kind: Quarkus finds them by the endpoints.
# shellcheck disable=SC2016 # a $ in the name of a class within another
REGISTERED=(
  'reflect org.sqlite.JDBC'
  'reflect org.postgresql.Driver'
  'reflect org.flywaydb.core.internal.database.sqlite.SQLiteDatabaseType'
  'reflect org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension'
  'reflect io.rendernode.job.JobView'
  'reflect io.rendernode.node.NodeResource$NodeView'
  'reflect io.rendernode.problem.ProblemMapper$ProblemDetails'
  'resource META-INF/services/org.flywaydb.core.extensibility.Plugin'
  'resource META-INF/quarkus-generated-openapi-doc.JSON'
  'resource openapi-ui/swagger-ui-bundle.js'
  'resource io/rendernode/blender/'
  'resource META-INF/resources/index.html'
  'resource META-INF/resources/page/render-node.js'
  'resource META-INF/resources/_static/lit-html/'
)
sources=$root/target/native-sources folder=''

require() { [[ $1 == *"$2"* ]] || die "A native executable would lack $2: see $sources."; }

# What is registered, and what of it the jar holds: a pattern without its file registers nothing.
check() {
  local jar=("$sources"/render-node-*-runner.jar) entry file words script
  local -A configuration
  folder=$(mktemp -d)
  (cd "$folder" && "${JAVA_HOME:+$JAVA_HOME/bin/}jar" -xf "${jar[0]}")
  for file in reflect resource; do configuration[$file]=$(<"$folder/META-INF/native-image/$file-config.json"); done
  for entry in "${REGISTERED[@]}"; do
    read -r file words <<<"$entry"
    require "${configuration[$file]}" "$words"
  done
  for script in "$root"/src/main/resources/db/*/*.sql; do
    require "${configuration[resource]}" "${script#"$root/src/main/resources/"}"
    [[ -e $folder/${script#"$root/src/main/resources/"} ]] || die "${jar[0]} lacks $script."
  done
  [[ -e $folder/io/rendernode/blender/render_node.py ]] || die "${jar[0]} lacks render_node.py."
  # sqlite-jdbc registers its library and what that calls by a feature of its own.
  require "$("${JAVA_HOME:+$JAVA_HOME/bin/}jar" -tf "$sources"/lib/org.xerial.sqlite-jdbc-*.jar)" \
    org/sqlite/nativeimage/SqliteJdbcFeature.class
  require "$(<"$sources/native-image.args")" --link-at-build-time
}

case ${1:-} in
  -h | --help)
    help "$0"
    exit
    ;;
esac

trap '[[ -z $folder ]] || rm -rf "$folder"' EXIT
set_up jdk maven
cd "$root"
rm -rf "$sources"
./mvnw -q -B -ntp package -Dnative -Dquarkus.native.sources-only=true -Dmaven.test.skip -DskipITs -Dspotless.check.skip
check
say "A native executable has what it needs: ${#REGISTERED[@]} kinds of things and the database's scripts are registered."
