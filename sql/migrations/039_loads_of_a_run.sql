-- What a run of orders_minio_to_postgres has brought: the page asks for the last thirty runs.
create index loads_by_run on ledger.loads (run_id);
