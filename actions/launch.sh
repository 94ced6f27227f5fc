#!/bin/sh
# Starts Slipway: `sh launch.sh <name>`. Every action.yml ends here. What it does: find Node, find the bundle, and become
# `node dist/slipway.mjs <name>`, so that the signals of the runner reach Node itself. No option of the user is read here.
set -eu

oldest=20
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
bundle=$root/dist/slipway.mjs
too_old=''

# Prints the path of a Node that is new enough; remembers one that is not, for the message.
try_node() {
  [ -x "$1" ] || return 1
  version=$("$1" --version 2>/dev/null) || return 1
  major=${version#v}
  major=${major%%.*}
  case $major in '' | *[!0-9]*) return 1 ;; esac
  if [ "$major" -ge "$oldest" ]; then
    node=$1
    return 0
  fi
  too_old="$too_old $1 ($version)"
  return 1
}

# Node of the PATH, else of the tool cache, else the one that the runner itself uses for JavaScript actions.
find_node() {
  in_path=$(command -v node 2>/dev/null) && try_node "$in_path" && return 0
  if [ -n "${RUNNER_TOOL_CACHE:-}" ]; then
    for candidate in "$RUNNER_TOOL_CACHE"/node/*/*/bin/node; do try_node "$candidate" && return 0; done
  fi
  # /__e is where a job in a container sees the runner's externals. Self-hosted, they lie beside the work folder; the
  # program that started this step (Runner.Worker) tells the rest.
  worker=$(readlink "/proc/$PPID/exe" 2>/dev/null) || worker=''
  for externals in /__e "${worker%/bin/*}/externals" \
    "${RUNNER_WORKSPACE:-/nonexistent}/../../externals" "${RUNNER_TEMP:-/nonexistent}/../../externals"; do
    for kind in node24 node24_alpine node20 node20_alpine; do
      try_node "$externals/$kind/bin/node" && return 0
    done
  done
  return 1
}

# One line that GitHub shows with the run, then what to do.
refuse() {
  echo "::error title=Slipway::$1"
  shift
  for line in "$@"; do echo "  $line"; done
  exit 1
}

# Who builds holds the lock: a link whose target is the process id. A lock whose process is gone is taken over.
lock=$root/.slipway-building
build() {
  waited=0
  until ln -s "$$" "$lock" 2>/dev/null; do
    if [ ! -L "$lock" ]; then
      # Released just now, or never to be had.
      [ -w "$root" ] || refuse "Slipway cannot be built in $root: the folder is not writable" \
        "This version is not a release, so it has no dist/. Use a release (…@v1), or make the folder writable."
      continue
    fi
    owner=$(readlink "$lock" 2>/dev/null) || continue
    if ! kill -0 "$owner" 2>/dev/null; then
      if [ "$(readlink "$lock" 2>/dev/null)" = "$owner" ]; then rm -f "$lock"; fi
      continue
    fi
    [ "$waited" -gt 0 ] || echo "Slipway: another step is building dist/; waiting for it"
    waited=$((waited + 1))
    [ "$waited" -lt 600 ] || refuse "another step (process $owner) has been building Slipway for 10 minutes" \
      "If there is no such step, remove $lock and run this again."
    sleep 1
  done
  child=''
  trap 'rm -f "$lock"' EXIT
  trap '[ -z "$child" ] || kill "$child" 2>/dev/null || true; exit 130' INT TERM HUP
  if [ ! -f "$bundle" ]; then
    echo "Slipway: this version has no dist/ because it is not a release; building it once …"
    run_build
  fi
  rm -f "$lock"
  trap - EXIT INT TERM HUP
}

# scripts/run.mjs installs the locked dependencies and builds. In the background, so that a signal is not held up by it.
run_build() {
  # NODE_ENV: what is needed for building only would be left out where it says production.
  env PATH="$(dirname -- "$node"):$PATH" NODE_ENV=development "$node" "$root/scripts/run.mjs" scripts/build.ts &
  child=$!
  wait "$child" || refuse "Slipway could not be built (see above)" \
    "This version is not a release, so it has no dist/ and builds it, for which npm and its registry are needed." \
    "Use a release instead (…@v1), or make npm work on this runner, for example by actions/setup-node before this step."
}

find_node || refuse "Slipway needs Node $oldest or newer, and there is none on this runner" \
  "Looked in PATH, in the tool cache (${RUNNER_TOOL_CACHE:-RUNNER_TOOL_CACHE is not set}) and beside the runner." \
  "Found but too old:${too_old:- nothing}" \
  "Add a step before this one:  - uses: actions/setup-node@<commit>  with: { node-version: 24 }"

if [ ! -f "$bundle" ] || [ -L "$lock" ]; then build; fi
exec "$node" "$bundle" "$@"
