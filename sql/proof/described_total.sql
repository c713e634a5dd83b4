-- What the stream's table holds altogether; it stands for described.records.
with records as (
  select * from described.records
)

select count(*) as rows from records
