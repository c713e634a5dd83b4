-- A trace finds a customer, and says nothing of the person: not name, not e-mail address.

grant select (customer_id, country, segment, signed_up_at, is_gone, partition, kafka_offset, delivery_id) on shop.customers to console;
