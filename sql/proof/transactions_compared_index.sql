-- The index that was compared with the view as the view is now, as index-hourly-metrics has noted it; no row if none was.
with compared_index as (
  select * from payments.compared_index
)

select index_uuid as uuid
from compared_index
where
  view_md5 = md5(
    pg_get_viewdef('payments.hourly_metrics'::regclass) || pg_get_viewdef('payments.hourly_amounts'::regclass)
  )
