-- The customers of this micro-batch only, so that its cost doesn't grow with the shop.
select customers.*
from shop.customers
inner join unnest(string_to_array('${customers}', ',')::uuid[]) as ordered (customer_id) using (customer_id)
