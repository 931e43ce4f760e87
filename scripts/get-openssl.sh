#!/bin/sh
# Installs openssl if missing, for npm run test:redis-topologies.
exec sh "$(dirname "$0")/install.sh" openssl openssl openssl https://openssl-library.org/source/
