#!/bin/sh
# install.sh COMMAND APT-PACKAGE BREW-PACKAGE URL: installs COMMAND if missing.
# Supports Debian and Ubuntu (root or sudo) and macOS (Homebrew); on other systems prints the download URL and fails.
set -eu

if command -v "$1" >/dev/null 2>&1; then
  exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
  as_root=''
  [ "$(id -u)" -eq 0 ] || as_root='sudo'
  # A new machine has no package lists yet. RUNLEVEL=1: start no service, the tests start their own servers.
  $as_root apt-get update -qq
  $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$2"
elif command -v brew >/dev/null 2>&1; then
  brew install "$3"
else
  echo "The tests need $1. This script can install it only with apt-get or brew. Install it yourself: $4" >&2
  exit 1
fi
