-- check-quality also runs the checks of the payments (sql/quality/process_kafka_to_postgres). The view hourly_metrics
-- grants itself to it.
grant usage on schema payments to check_quality;
grant select on payments.transactions, payments.transactions_clean to check_quality;
grant select on payments.changed_hours, payments.transformed_hours to check_quality;
