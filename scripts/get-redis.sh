#!/bin/sh
# Installs redis-server if missing.
exec sh "$(dirname "$0")/install.sh" redis-server redis-server redis https://redis.io/docs/latest/operate/oss_and_stack/install/
