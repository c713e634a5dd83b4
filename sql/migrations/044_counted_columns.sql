-- A field that an event gets later becomes a column of its table (npx tillstream add-field), and the fingerprint of a row counts it from then
-- on. Where it is null, the fingerprint stays what it was: so does what was noted of all rows from before.
create procedure ledger.count_column(counted regclass, column_name name)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  fingerprint oid;
  argument name;
  number smallint;
begin
  select pg_proc.oid, proargnames[1]
  into strict fingerprint, argument
  from pg_proc
  inner join pg_class on pg_class.relnamespace = pronamespace and pg_class.reltype = proargtypes[0]
  where pg_class.oid = counted and proname = 'fingerprint' and pronargs = 1;

  select attnum into number
  from pg_attribute
  where attrelid = counted and attname = column_name and not attnotnull and attnum > 0 and not attisdropped;
  if number is null then
    raise 'Expected a column of % that may be null, got %', counted, column_name
      using hint = 'Add it to the table before this call, without "not null": the rows that are there have no value.';
  end if;
  -- Counted twice, it would count for nothing.
  if exists (select from pg_depend where (classid, objid, refobjid, refobjsubid) = ('pg_proc'::regclass, fingerprint, counted, number)) then
    return;
  end if;

  -- It is written as one expression, which goes on here. Bits are compared rather than added, so that two rows that have exchanged their
  -- values leave another sum.
  execute rtrim(pg_get_functiondef(fingerprint), E'\n') || format(
    E'\n # case when (%1$I).%2$I is null then 0 else hash_record_extended(row(%2$L::text, (%1$I).%2$I), 0) end', argument, column_name
  );
end $$;
