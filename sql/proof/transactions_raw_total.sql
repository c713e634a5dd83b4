-- What the raw table holds altogether.
with transactions as (
  select * from payments.transactions
)

select count(*) as rows from transactions
