#!/bin/sh
# with-certificates.sh COMMAND …: runs a command with a certificate authority that Node trusts (NODE_EXTRA_CA_CERTS, which it
# reads once, at its start), and beside it the certificates by-address and by-name of a server on this machine.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

certificate() { # NAME, then what openssl is to put into it
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
