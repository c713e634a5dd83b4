-- What moved a product, by time: the page shows it, and adds it up. With the change in the index, no row of the log is read for a sum.
create index events_log_by_product on inventory.events_log (product_id, processed_at) include (change)
where status = 'processed';
