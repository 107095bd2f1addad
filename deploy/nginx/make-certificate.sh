#!/bin/sh
# Makes a self-signed certificate for the dashboard, for machines that have no other.
#
# usage: make-certificate.sh NAME [FOLDER]
#   NAME    the host name or address that people type, for example eyrie.example.com or 192.0.2.7
#   FOLDER  where certificate.pem and key.pem go (default /etc/eyrie/tls)
set -eu

name=${1:?"usage: $0 NAME [FOLDER]"}
folder=${2:-/etc/eyrie/tls}

case $name in
    *[!0-9.]*) subject_name=DNS:$name ;;
    *) subject_name=IP:$name ;;
esac
case $name in
    *:*) subject_name=IP:$name ;;
esac

if [ -e "$folder/key.pem" ]; then
    echo "$0: $folder/key.pem is there already; remove it first if you want a new one" >&2
    exit 1
fi

mkdir -p "$folder"
# The key must never be readable by others, not even while it is being written.
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 397 \
    -keyout "$folder/key.pem" -out "$folder/certificate.pem" \
    -subj "/CN=$name" -addext "subjectAltName=$subject_name" 2>/dev/null
chmod 644 "$folder/certificate.pem"

echo "Wrote $folder/certificate.pem and $folder/key.pem for $name, valid for 397 days."
echo "Browsers will warn until the certificate is trusted on their machine. Its SHA-256 fingerprint:"
openssl x509 -in "$folder/certificate.pem" -noout -fingerprint -sha256
