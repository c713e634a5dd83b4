#!/bin/sh
# Gives Elasticsearch the lifecycle policy and the index template, and Kibana the dashboard. May be repeated.
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
# Kibana answers 200 also when some objects were refused.
case $answer in *'"success":true'*) ;; *) exit 1 ;; esac
