-- What analysts may know of the shop's customers. The time is text: JDBC would pass it through Java's old calendar, which has no
-- 5 to 14 October 1582.
select
  customer_id,
  country,
  segment,
  signed_up_at::text as signed_up_at
from shop.customers
