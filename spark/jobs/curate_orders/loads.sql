-- Loads whose orders are not in curated yet. Read before the orders, being the first output: those of a load that comes in between
-- are of the next run.
select loads.delivery_id
from ledger.loads
left join curated.curations using (delivery_id)
where curations.delivery_id is null
