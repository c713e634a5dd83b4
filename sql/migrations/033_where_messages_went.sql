-- Where Kafka has a message of the outbox, so that one can say of a dead letter that was sent back what became of it.

alter table ledger.outbox
  add column sent_partition integer,
  add column sent_offset bigint;

comment on column ledger.outbox.sent_partition is
  'Where Kafka has the message; null until it is sent, or if it was sent before this was noted. Of one that was sent twice, the later.';
comment on column ledger.outbox.sent_offset is 'Its offset there.';

-- Letters of a time, and between which ids they are.
create index dead_letters_by_time on ledger.dead_letters (failed_at, dead_letter_id);
