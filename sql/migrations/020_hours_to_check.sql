-- What the checks of sql/quality/process_kafka_to_postgres look at, instead of all history.
create view payments.checked_hours as
select event_hour from payments.transformed_hours where transformed_at > now() - interval '2 hours';

comment on view payments.checked_hours is 'Hours that were transformed in the last two.';

-- An array, so that the hours are found by the key, and the cost does not grow with the table.
create view payments.checked_transactions as
select * from payments.transactions_clean where event_hour = any(array(select event_hour from payments.checked_hours));

comment on view payments.checked_transactions is 'Clean payments of these hours, whenever they arrived.';

grant select on payments.checked_hours, payments.checked_transactions to check_quality;
