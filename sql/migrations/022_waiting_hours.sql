-- Since when an hour waits to be transformed: changed_at tells of its newest payment only, and an hour that gets payments all
-- the time would never seem to wait. If a transformation leaves the row because more payments came meanwhile, the hour waits
-- since that transformation (payments.transformed_hours).
alter table payments.changed_hours add column waiting_since timestamptz not null default clock_timestamp();

comment on column payments.changed_hours.waiting_since is 'When the row was inserted.';
