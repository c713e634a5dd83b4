-- The offset ledger (ARCHITECTURE.md): which records of Kafka have taken effect, stored with the effects.

create extension if not exists btree_gist;
create schema ledger;

-- One row for each partition that a consumer reads; its lock puts the deliveries of a partition in sequence.
create table ledger.partitions (
  consumer      text    not null,
  topic         text    not null,
  partition     integer not null,
  start_offset  bigint  not null,
  next_offset   bigint  not null check (next_offset >= start_offset),
  primary key (consumer, topic, partition)
);

-- A range of offsets that was dealt with as one. Lake deliveries are planned (open), written, then committed.
create table ledger.deliveries (
  delivery_id    bigint      primary key generated always as identity,
  consumer       text        not null,
  topic          text        not null,
  partition      integer     not null,
  first_offset   bigint      not null,
  last_offset    bigint      not null check (last_offset >= first_offset),
  state          text        not null check (state in ('open', 'committed', 'abandoned')),
  records        integer     not null check (records <= last_offset - first_offset + 1),
  accepted       integer     not null,
  duplicates     integer     not null default 0,
  rejected       integer     not null,
  amount         numeric,
  source_sha256  text        not null,
  object_key     text,
  object_sha256  text,
  object_bytes   bigint,
  planned_at     timestamptz not null default clock_timestamp(),
  committed_at   timestamptz,
  foreign key (consumer, topic, partition) references ledger.partitions,
  check (records = accepted + duplicates + rejected),
  check ((state = 'committed') = (committed_at is not null)),
  -- The database itself refuses an offset that would be dealt with twice.
  constraint deliveries_never_overlap exclude using gist (
    consumer with =, topic with =, partition with =, int8range(first_offset, last_offset, '[]') with &&
  ) where (state <> 'abandoned')
);

comment on column ledger.deliveries.amount is 'Sum of the money column of the accepted records, where the stream has one.';
comment on column ledger.deliveries.source_sha256 is 'Hash of offset, key and value of every record in the range.';

create index deliveries_by_object on ledger.deliveries (object_key) where object_key is not null;

-- Records that can't be used, whole. They are written with the plan of their delivery and count once it is committed.
create table ledger.dead_letters (
  dead_letter_id   bigint      primary key generated always as identity,
  delivery_id      bigint      not null references ledger.deliveries,
  consumer         text        not null,
  topic            text        not null,
  partition        integer     not null,
  record_offset    bigint      not null,
  kafka_timestamp  timestamptz not null,
  record_key       bytea,
  record_value     bytea,
  headers          jsonb       not null default '[]',
  reason           text        not null,
  message          text        not null,
  failed_at        timestamptz not null default clock_timestamp(),
  unique (consumer, topic, partition, record_offset)
);

create index dead_letters_by_delivery on ledger.dead_letters (delivery_id);
create index dead_letters_by_reason on ledger.dead_letters (reason, failed_at);

-- Offsets that Kafka's retention removed before they were consumed. Any row here is a loss and fails the proof.
create table ledger.losses (
  consumer      text        not null,
  topic         text        not null,
  partition     integer     not null,
  first_offset  bigint      not null,
  last_offset   bigint      not null check (last_offset >= first_offset),
  noticed_at    timestamptz not null default clock_timestamp(),
  primary key (consumer, topic, partition, first_offset)
);

-- One row for each lake object that was loaded into the warehouse, inserted in the transaction that loads it.
create table ledger.loads (
  delivery_id      bigint      primary key references ledger.deliveries,
  rows             integer     not null,
  inserted         integer     not null,
  duplicates       integer     not null,
  conflicts        integer     not null,
  inserted_amount  numeric     not null default 0,
  repeated_amount  numeric     not null default 0,
  run_id           text        not null,
  loaded_at        timestamptz not null default clock_timestamp(),
  check (rows = inserted + duplicates + conflicts)
);

comment on column ledger.loads.inserted_amount is 'Sum of the amounts of the rows that were inserted.';
comment on column ledger.loads.repeated_amount is 'Sum of the amounts of duplicates and conflicts, which were not.';
