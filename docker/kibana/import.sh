#!/bin/sh
# Imports the lifecycle policy and the index template into Elasticsearch, and the dashboard into Kibana. Idempotent.
set -eu
name=hourly_metrics

put() {
  curl --fail-with-body --silent --show-error --request PUT "$ELASTICSEARCH_URL/$1" \
    --header 'Content-Type: application/json' --data-binary "@/dashboard/$2"
  echo
}
put "_ilm/policy/$name" lifecycle-policy.json
put "_index_template/$name" index-template.json

answer=$(curl --fail-with-body --silent --show-error --request POST \
  "$KIBANA_URL/api/saved_objects/_import?overwrite=true" --header 'kbn-xsrf: tillstream' \
  --form file=@/dashboard/hourly-metrics.ndjson)
echo "$answer"
# Kibana answers 200 even if it rejected some objects.
case $answer in *'"success":true'*) ;; *) exit 1 ;; esac
