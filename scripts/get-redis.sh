#!/bin/sh
# Puts redis-server on this machine unless it is there.
exec sh "$(dirname "$0")/install.sh" redis-server redis-server redis https://redis.io/docs/latest/operate/oss_and_stack/install/
