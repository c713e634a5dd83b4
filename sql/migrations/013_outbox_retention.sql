-- Announcements are removed some days after Kafka has them (functions/relay-outbox/remove.ts); what was removed is counted,
-- so that the proof can still balance every message that ever was.
create table ledger.outbox_removed (
  output_topic  text    primary key,
  messages      bigint  not null,
  key_sum       numeric not null
);

comment on column ledger.outbox_removed.key_sum is
  'Sum of ledger.fingerprint(record_key): as many messages but of other orders have another sum.';

-- The same on every machine and version, unlike PostgreSQL's own hashes.
create function ledger.fingerprint(key bytea) returns bigint
language sql immutable parallel safe
return ('x' || left(encode(sha256(key), 'hex'), 16))::bit(64)::bigint;

-- Finds what is old by its topic. Dead letters stay.
create index outbox_sent on ledger.outbox (topic, sent_at) where sent_at is not null and dead_letter_id is null;

-- Each message leaves two dead rows behind, when it is marked and when it is removed: their place is needed again within
-- hours, and not once they are a fifth of a week's messages.
alter table ledger.outbox set (autovacuum_vacuum_scale_factor = 0.02);

grant delete on ledger.outbox to relay_outbox;
grant select, insert, update on ledger.outbox_removed to relay_outbox;
grant select on ledger.outbox_removed to prove;
