#!/bin/sh
# with-certificates.sh COMMAND …: creates a certificate authority and runs COMMAND with NODE_EXTRA_CA_CERTS set to it,
# as Node reads that only at its start. In the same folder: certificates by-address and by-name for local servers.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

certificate() { # NAME, then further arguments of openssl
  name=$1
  shift
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
    -keyout "$folder/$name.key" -out "$folder/$name.crt" "$@" 2>"$folder/log" || { cat "$folder/log" >&2; exit 1; }
}
certificate ca -subj '/CN=Skein test CA'
for kind in address:IP:127.0.0.1 name:DNS:localhost; do
  certificate "by-${kind%%:*}" -CA "$folder/ca.crt" -CAkey "$folder/ca.key" -subj '/CN=redis' \
    -addext "subjectAltName=${kind#*:}" -addext 'basicConstraints=critical,CA:FALSE'
done

NODE_EXTRA_CA_CERTS="$folder/ca.crt" "$@"
