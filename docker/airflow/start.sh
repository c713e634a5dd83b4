#!/bin/sh
# Starts one of Airflow's programs with the keys and the login of airflow.env.
set -eu

if env | grep -q '=REPLACE_ME'; then
  echo "airflow.env still has REPLACE_ME values: run sh docker/make-keys.sh, or follow the comments in airflow.env.example." >&2
  exit 1
fi

# The simple auth manager reads logins from a file: {"name": "password"}.
export AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS="$AIRFLOW_USERNAME:admin"
export AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE="$AIRFLOW_HOME/passwords.json"
umask 077
python -c 'import json, os; print(json.dumps({os.environ["AIRFLOW_USERNAME"]: os.environ["AIRFLOW_PASSWORD"]}))' \
  > "$AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
umask 022

exec airflow "$@"
