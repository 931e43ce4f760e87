#!/bin/sh
# install.sh COMMAND APT-PACKAGE BREW-PACKAGE WHERE: puts COMMAND on this machine unless it is there.
# Debian and Ubuntu (root or sudo), macOS (Homebrew); elsewhere it says WHERE to get it.
set -eu

if command -v "$1" >/dev/null 2>&1; then
  exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
  as_root=''
  [ "$(id -u)" -eq 0 ] || as_root='sudo'
  # The lists of a new machine or container are empty; no service is started, the tests run servers of their own.
  $as_root apt-get update -qq
  $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$2"
elif command -v brew >/dev/null 2>&1; then
  brew install "$3"
else
  echo "$1 is needed for the tests, and this script can install it with apt-get or brew only. See $4" >&2
  exit 1
fi
