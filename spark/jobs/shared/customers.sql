-- What analysts may know of the shop's customers: of all, or of those whose ids are given, so that the cost of a micro-batch doesn't
-- grow with the shop. The time is text: JDBC would pass it through Java's old calendar, which has no 5 to 14 October 1582.
select
  customer_id,
  country,
  segment,
  signed_up_at::text as signed_up_at
from shop.customers
where '${customers}' = 'all' or customer_id = any(string_to_array(nullif('${customers}', 'all'), ',')::uuid[])
