#!/bin/sh
# Installs Chromium if missing, for npm run test:browser. On macOS set CHROMIUM_PATH afterwards.
exec sh "$(dirname "$0")/install.sh" chromium chromium chromium https://www.chromium.org/getting-involved/download-chromium/
