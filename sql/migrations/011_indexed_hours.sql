-- What of the clean payments is in the index, so that the hourly run looks at the hours that were transformed since, and
-- not at all history.
alter table payments.transformed_hours add column indexed_as_of timestamptz;

comment on column payments.transformed_hours.indexed_as_of is
  'The transformed_at of what the index has of this hour. Until both are the same, the hour waits to be indexed.';

-- A transformation need not say that an hour waits: it notes its own time, and the two differ. Times are only ever
-- compared for being the same, so it does not matter which of two transactions commits first.
create index transformed_hours_to_index on payments.transformed_hours (event_hour)
  where indexed_as_of is distinct from transformed_at;

-- Which index the notes above are about: of any other, all has to be compared.
create table payments.compared_index (
  is_the_only_row  boolean      primary key default true check (is_the_only_row),
  index_uuid       text         not null,
  view_md5         text         not null,
  compared_at      timestamptz  not null
);

comment on column payments.compared_index.index_uuid is 'Elasticsearch''s; an index that is made anew has another one.';
comment on column payments.compared_index.view_md5 is 'Of the definition of the view hourly_metrics.';
comment on column payments.compared_index.compared_at is 'When every hour of the view and every document were last compared.';

grant select on payments.transformed_hours to index_hourly_metrics;
grant update (indexed_as_of) on payments.transformed_hours to index_hourly_metrics;
grant select, insert, update on payments.compared_index to index_hourly_metrics;
grant select on payments.compared_index to prove;
