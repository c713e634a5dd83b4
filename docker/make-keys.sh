#!/bin/sh
# Makes .env and airflow.env from the examples, with new keys. What they have stays as it is; a .env of an earlier version gets the
# passwords that it lacks.
set -eu
cd "$(dirname "$0")/.."
umask 077

if [ ! -e .env ]; then
  # Every empty value is a password: 48 hex digits need no quoting anywhere.
  while IFS= read -r line; do
    case $line in
      [A-Z]*=) echo "$line$(openssl rand -hex 24)" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done < .env.example > .env.new
  mv .env.new .env
else
  sed -n 's/^\([A-Z][A-Z0-9_]*\)=$/\1/p' .env.example | while IFS= read -r name; do
    grep -q "^$name=" .env && continue
    # Its last line may have no end.
    [ -z "$(tail -c 1 .env)" ] || echo >> .env
    echo "$name=$(openssl rand -hex 24)" >> .env
  done
fi

if [ ! -e airflow.env ]; then
  sed -e "s|REPLACE_ME_FERNET_KEY|$(openssl rand -base64 32 | tr '+/' '-_')|" \
    -e "s|REPLACE_ME_SECRET_KEY|$(openssl rand -hex 32)|" \
    -e "s|REPLACE_ME_JWT_SECRET|$(openssl rand -hex 32)|" airflow.env.example > airflow.env.new
  mv airflow.env.new airflow.env
fi
