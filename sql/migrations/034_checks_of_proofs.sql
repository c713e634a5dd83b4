-- What people look at of a proof: all its checks, and whether what an earlier one has found off still stands.

alter table ledger.proofs add column dags boolean not null default false;

comment on column ledger.proofs.dags is
  'Whether it has checks of Airflow''s DAGs, which its caller has made: on one machine, where nothing else watches them.';

-- What is off stands until a proof that looks at least as far says otherwise: so the latest of each reach is asked for.
create index proofs_by_reach on ledger.proofs (depth, everything, dags, proof_id);

create table ledger.proof_checks (
  proof_id  bigint  primary key references ledger.proofs on delete cascade,
  read      text,
  checks    jsonb   not null
);

comment on table ledger.proof_checks is 'All checks of the last 1,000 proofs; ledger.proofs keeps those that were off for longer.';
comment on column ledger.proof_checks.read is 'How far back was read, in words; null if the proof did not say.';
comment on column ledger.proof_checks.checks is 'In the order of the proof: name, expected, actual, and the first places that are off.';

grant select, insert, delete on ledger.proof_checks to prove;
grant select on ledger.proof_checks to console;
