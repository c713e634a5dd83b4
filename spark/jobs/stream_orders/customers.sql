-- The customers of this micro-batch only, so that its cost doesn't grow with the shop. As in curate_orders/customers.sql.
select
  customer_id,
  country,
  segment,
  signed_up_at::text as signed_up_at
from shop.customers
inner join unnest(string_to_array('${customers}', ',')::uuid[]) as ordered (customer_id) using (customer_id)
