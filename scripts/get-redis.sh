#!/bin/sh
# Puts redis-server on this machine unless it is there: Debian and Ubuntu (root or sudo), macOS (Homebrew).
set -eu

if command -v redis-server >/dev/null 2>&1; then
  exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
  as_root=''
  [ "$(id -u)" -eq 0 ] || as_root='sudo'
  # The lists of a new machine or container are empty; with no service started the tests run servers of their own.
  $as_root apt-get update -qq
  $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends redis-server
elif command -v brew >/dev/null 2>&1; then
  brew install redis
else
  echo 'redis-server is needed for the tests, and this script can install it with apt-get or brew only. See https://redis.io/docs/latest/operate/oss_and_stack/install/' >&2
  exit 1
fi
