-- Loads whose orders are not in curated yet. As the first output it is read before the orders, so a load in between is left to the
-- next run.
select loads.delivery_id
from ledger.loads
left join curated.curations using (delivery_id)
where curations.delivery_id is null
