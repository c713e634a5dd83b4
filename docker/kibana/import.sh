#!/bin/sh
# Imports the lifecycle policy into Elasticsearch, and the dashboard into Kibana. Idempotent.
set -eu

curl --fail-with-body --silent --show-error --request PUT "$ELASTICSEARCH_URL/_ilm/policy/hourly_metrics" \
  --header 'Content-Type: application/json' --data-binary @/dashboard/lifecycle-policy.json
echo

answer=$(curl --fail-with-body --silent --show-error --request POST \
  "$KIBANA_URL/api/saved_objects/_import?overwrite=true" --header 'kbn-xsrf: tillstream' \
  --form file=@/dashboard/hourly-metrics.ndjson)
echo "$answer"
# Kibana answers 200 even if it rejected some objects.
case $answer in *'"success":true'*) ;; *) exit 1 ;; esac
