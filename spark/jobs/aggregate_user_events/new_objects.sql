select
  delivery_id,
  object_key
from bronze_objects
where is_new
