#!/bin/sh
# Installs img2webp if missing, for npm run screenshots.
exec sh "$(dirname "$0")/install.sh" img2webp webp webp https://developers.google.com/speed/webp/download
