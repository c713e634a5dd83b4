#!/bin/sh
# Tests the compose project: produces events, asks every page, and waits until the proof balances with nothing waiting.
set -eu
cd "$(dirname "$0")/.."
tillstream() {
  docker compose exec -T tillstream npx tillstream "$@"
}

# eventually <seconds> <what> <command …>
eventually() {
  deadline=$(($(date +%s) + $1))
  what=$2
  shift 2
  until "$@" > /tmp/smoke.log 2>&1; do
    if [ "$(date +%s)" -gt "$deadline" ]; then
      echo "$what: timed out" >&2
      cat /tmp/smoke.log >&2
      exit 1
    fi
    sleep 5
  done
  echo "$what: yes"
}

answers() {
  eventually 300 "$1 answers" curl --fail --silent --output /dev/null "$2"
}
answers Airflow http://127.0.0.1:8003/api/v2/monitor/health
answers "MinIO's console" http://127.0.0.1:9001
answers Adminer http://127.0.0.1:8082
answers Kibana http://127.0.0.1:5601/api/saved_objects/dashboard/transactions
answers Metabase http://127.0.0.1:3000/api/health
answers "Tillstream's page" http://127.0.0.1:8004/
answers Prometheus 'http://127.0.0.1:9090/api/v1/query?query=tillstream_archived'
answers Grafana http://127.0.0.1:3001/api/health

# Its data, by the key of its link.
link=$(tillstream console --print)
asks() {
  curl --fail --silent --header "Authorization: Bearer ${link#*key=}" "http://127.0.0.1:8004/api/$1"
}
# As role console, with what it may read.
hears() {
  pulse=$(asks pulse) && echo "$pulse" | grep -q '"postgres":"ok"' && echo "$pulse" | grep -q '"kafka":"ok"'
}
eventually 60 "the page hears of PostgreSQL and Kafka" hears
eventually 60 "the page has the dead letters" asks 'dead-letters?limit=1'

tillstream produce --count 2000 --seed 1

run() {
  docker compose exec -T airflow-scheduler sh start.sh dags trigger "$1"
}
# Orders are loaded every five minutes; the hourly and daily DAGs are triggered.
eventually 300 "balanced" tillstream proof
run process_kafka_to_postgres
eventually 900 "settled and balanced" tillstream proof --settled
# Spark's jobs process what the warehouse and the lake hold when they start.
run curate_orders
run aggregate_user_events
eventually 900 "curated and balanced" tillstream proof --settled --curated
