-- Staging: loads_${run} (delivery_id).
insert into curated.curations (delivery_id)
select delivery_id from staging.loads_${run}
order by delivery_id
on conflict do nothing;
