-- Says of every table, view and column what it holds, where that comes from, in which unit, and when it is null, where no migration has
-- said so yet; a test names what is left without (tests/integration/er-diagram.test.ts). A comment holds up nobody who reads or writes. The
-- views of sql/views have theirs in their files.

comment on table public.migrations is 'Migrations of sql/migrations that were applied here, each once.';
comment on column public.migrations.name is 'Name of its file.';
comment on column public.migrations.sha256 is 'SHA-256 of its text, in hex: one that was changed afterwards is refused.';
comment on column public.migrations.applied_at is 'When it was applied, by the database''s clock.';

comment on table public.views is 'Views of sql/views, as the latest deployment wants them: public.refresh_views makes them of this text.';
comment on column public.views.name is 'Name of its file, without .sql.';
comment on column public.views.relation is 'The view, with its schema.';

comment on table ledger.partitions is
  'Partitions that consumers read. A delivery locks its partition''s row, so the deliveries of a partition come one after the other.';
comment on column ledger.partitions.consumer is 'Function that reads it, such as archive-orders.';
comment on column ledger.partitions.topic is 'Topic of Kafka.';
comment on column ledger.partitions.partition is 'Partition of the topic.';
comment on column ledger.partitions.start_offset is
  'Offset at which the consumer began to read: the ledger answers for everything from here on.';
comment on column ledger.partitions.next_offset is
  'Offset behind the last one that is committed, or recorded as lost: the next delivery begins here.';

comment on table ledger.deliveries is
  'Ranges of offsets, each dealt with as one: inserted with its effect in tables, or planned, written to the lake and committed.';
comment on column ledger.deliveries.delivery_id is 'Number of the delivery, which the rows and the dead letters that it brought bear.';
comment on column ledger.deliveries.consumer is 'Function that consumed the records.';
comment on column ledger.deliveries.topic is 'Topic that they came from.';
comment on column ledger.deliveries.partition is 'Partition that they came from.';
comment on column ledger.deliveries.first_offset is 'First offset of the range.';
comment on column ledger.deliveries.last_offset is 'Last offset of the range, inclusive.';
comment on column ledger.deliveries.state is
  'open: planned, its object may be there or not. committed: it has its effect. abandoned: its offsets were planned anew, it has none.';
comment on column ledger.deliveries.records is
  'Records that Kafka has in the range: fewer than its offsets where some are markers of transactions, or were compacted away.';
comment on column ledger.deliveries.accepted is
  'Records that were neither duplicates nor rejected; of a delivery into the lake, the rows of its object.';
comment on column ledger.deliveries.duplicates is
  'Records that said the same as an earlier one with their id. 0 in the lake, which keeps them: ledger.loads counts those of orders.';
comment on column ledger.deliveries.rejected is 'Records that became dead letters.';
comment on column ledger.deliveries.object_key is
  'Key of the object in the lake''s bucket; null if there is none: of a delivery into tables, or without a usable record.';
comment on column ledger.deliveries.object_sha256 is
  'SHA-256 of the object''s bytes, in hex; null until it is committed, and without an object.';
comment on column ledger.deliveries.object_bytes is 'Size of the object in bytes; null until it is committed, and without an object.';
comment on column ledger.deliveries.planned_at is 'When the row was inserted, by the database''s clock.';
comment on column ledger.deliveries.committed_at is
  'When it was committed, by the database''s clock; null while it is open, and if it was abandoned.';

comment on table ledger.dead_letters is
  'Records that can''t be used, whole, each with its reason. They count once their delivery is committed.';
comment on column ledger.dead_letters.dead_letter_id is 'Number of the letter, by which people send it back (npx tillstream redrive).';
comment on column ledger.dead_letters.delivery_id is 'Delivery whose range the record is in.';
comment on column ledger.dead_letters.consumer is
  'Function that refused it: the delivery''s, or load-orders, if the warehouse has another order with its id.';
comment on column ledger.dead_letters.topic is 'Topic that the record came from.';
comment on column ledger.dead_letters.partition is 'Partition that it came from.';
comment on column ledger.dead_letters.record_offset is 'Its offset there.';
comment on column ledger.dead_letters.kafka_timestamp is
  'Kafka''s timestamp of the record, in the years 1 to 9999; a millisecond before 1970 if it has none.';
comment on column ledger.dead_letters.record_key is
  'Key of the record; null if it has none, or if it is too large for an event of Lambda: then only Kafka has it.';
comment on column ledger.dead_letters.record_value is
  'Value of the record; null if it has none, or if it is too large for an event of Lambda: then only Kafka has it.';
comment on column ledger.dead_letters.headers is
  'Headers of the record, in their order: name, and value in base64. Empty also if they are too large for an event of Lambda.';
comment on column ledger.dead_letters.reason is 'Code of what was wrong; docs/reference/dead-letters.md has all of them.';
comment on column ledger.dead_letters.message is 'What was expected and what came, in words.';
comment on column ledger.dead_letters.failed_at is 'When the letter was written, by the database''s clock.';

comment on column ledger.losses.consumer is 'Function that had not read them.';
comment on column ledger.losses.topic is 'Topic that they were on.';
comment on column ledger.losses.partition is 'Partition that they were in.';
comment on column ledger.losses.first_offset is 'First offset that is gone.';
comment on column ledger.losses.last_offset is 'Last offset that is gone, inclusive.';
comment on column ledger.losses.noticed_at is 'When the consumer found them gone, by the database''s clock.';
comment on column ledger.losses.loss_id is 'Number of the loss, by which people acknowledge it (npx tillstream losses acknowledge).';

comment on table ledger.loads is
  'Objects of the lake that were loaded into warehouse.fact_orders, each once; the row is inserted in the transaction that loads it.';
comment on column ledger.loads.delivery_id is 'Delivery that has written the object.';
comment on column ledger.loads.rows is 'Orders in the object.';
comment on column ledger.loads.inserted is 'Those whose order was not in the warehouse yet.';
comment on column ledger.loads.duplicates is 'Those whose order was there before, with the same content.';
comment on column ledger.loads.conflicts is 'Those whose order was there before, with other content; each became a dead letter.';
comment on column ledger.loads.run_id is
  'Airflow''s run of orders_minio_to_postgres that loaded it, or "on arrival" if archive-orders had it loaded at once.';
comment on column ledger.loads.loaded_at is 'When the load took the object, by the database''s clock; it committed later.';

comment on table ledger.outbox is
  'Messages that were decided in a transaction and are published after it, in the order of their numbers (relay-outbox).';
comment on column ledger.outbox.outbox_id is 'Number of the message, of the sequence that ledger.announcements takes its numbers from too.';
comment on column ledger.outbox.topic is 'Topic that it goes to: orders_cleaned, dlq, or that of a dead letter which is sent back.';
comment on column ledger.outbox.record_key is
  'Key of the message; null on topic dlq, where the dead letter''s stands for it, and of a letter that had none.';
comment on column ledger.outbox.record_value is
  'Value of the message; null on topic dlq, where the dead letter''s stands for it, and where there is none to send.';
comment on column ledger.outbox.dead_letter_id is 'Of a message of topic dlq: the letter that it announces. Null of any other.';
comment on column ledger.outbox.headers is
  'Headers of the message: name, and value in base64. On topic dlq those of the dead letter stand before them.';
comment on column ledger.outbox.created_at is 'When it was decided, by the database''s clock.';
comment on column ledger.outbox.sent_at is
  'When it was marked as sent, after Kafka had acknowledged it, by the database''s clock; null while it waits.';

comment on table ledger.redrives is 'Dead letters that people sent back to their topics, each once.';
comment on column ledger.redrives.redrive_id is 'Number of the redrive.';
comment on column ledger.redrives.dead_letter_id is 'Letter that was sent back.';
comment on column ledger.redrives.outbox_id is 'Message that takes it there.';
comment on column ledger.redrives.redriven_by is 'Name that the request gave of whoever sent it.';
comment on column ledger.redrives.redriven_at is 'When it was put into the outbox, by the database''s clock.';

comment on table ledger.acknowledged_losses is
  'Losses that people have accepted, each once. The whole range is the key: a loss that grows afterwards isn''t covered.';
comment on column ledger.acknowledged_losses.consumer is 'Function that had not read the records, as in ledger.losses.';
comment on column ledger.acknowledged_losses.topic is 'Topic that they were on.';
comment on column ledger.acknowledged_losses.partition is 'Partition that they were in.';
comment on column ledger.acknowledged_losses.first_offset is 'First offset of the loss.';
comment on column ledger.acknowledged_losses.last_offset is 'Last offset of the loss, inclusive.';
comment on column ledger.acknowledged_losses.acknowledged_by is 'Name that the request gave of whoever accepted it.';
comment on column ledger.acknowledged_losses.acknowledged_at is 'When it was accepted, by the database''s clock.';
comment on column ledger.acknowledged_losses.reason is 'Why it was accepted, in that person''s words.';

comment on table ledger.outbox_removed is
  'Sums of the announcements that were removed some days after Kafka had them, so that the proof still balances all there ever were.';
comment on column ledger.outbox_removed.output_topic is 'Topic that they went to: inventory_updates or orders_cleaned.';

comment on table ledger.delivery_ids is
  'Which ids the usable records of a delivery hold, as a Bloom filter (domain/id-filter.ts). A delivery without one is always looked into.';
comment on column ledger.delivery_ids.delivery_id is 'Delivery that has the records.';

comment on column ledger.turns.work is 'What only one may do at a time.';
comment on column ledger.turns.taken_by is 'Role that takes the turn: by a policy a role sees its own rows alone.';

comment on column ledger.relay_hours.is_the_only_row is 'Always true: as the key, it keeps a second row out.';
comment on column ledger.relay_hours.hours is 'How many were counted: each hour in which the relay ran, and each jump of the clock.';
comment on column ledger.relay_hours.counted_at is 'When the last one was counted, by the database''s clock.';

comment on column ledger.closing.is_the_only_row is 'Always true: as the key, it keeps a second row out.';

comment on column ledger.closed_partitions.consumer is 'Function that consumed the deliveries.';
comment on column ledger.closed_partitions.topic is 'Topic that their records came from.';
comment on column ledger.closed_partitions.partition is 'Partition that their records came from.';
comment on column ledger.closed_partitions.before_offset is 'Everything before this offset is closed.';
comment on column ledger.closed_partitions.deliveries is 'How many deliveries are closed.';
comment on column ledger.closed_partitions.records is 'Sum of ledger.deliveries.records of these.';
comment on column ledger.closed_partitions.accepted is 'Sum of ledger.deliveries.accepted.';
comment on column ledger.closed_partitions.duplicates is 'Sum of ledger.deliveries.duplicates.';
comment on column ledger.closed_partitions.dead_letters is 'Rows of ledger.dead_letters of these deliveries and this consumer.';
comment on column ledger.closed_partitions.repeats is 'Sum of ledger.loads.duplicates.';
comment on column ledger.closed_partitions.conflicts is 'Sum of ledger.loads.conflicts.';

comment on column ledger.closed_stock.product_id is 'Product in inventory.inventory.';
comment on column ledger.closed_stock.change is 'Pieces: the sum of inventory.events_log.change of its processed events.';

comment on column ledger.announcements.announcement_id is
  'Number in the sequence of ledger.outbox: messages of both tables are published in its order.';
comment on column ledger.announcements.delivery_id is 'Delivery that moved the stock.';
comment on column ledger.announcements.created_at is 'When the stock was moved, by the database''s clock.';
comment on column ledger.announcements.sent_at is
  'When it was marked as sent, after Kafka had acknowledged all of its messages, by the database''s clock; null while it waits.';

comment on column ledger.delivery_totals.consumer is 'Function that consumed the records.';
comment on column ledger.delivery_totals.topic is 'Topic that they came from.';
comment on column ledger.delivery_totals.partition is 'Partition that they came from.';
comment on column ledger.delivery_totals.deliveries is 'Committed deliveries.';
comment on column ledger.delivery_totals.records is 'Sum of ledger.deliveries.records of these.';
comment on column ledger.delivery_totals.accepted is 'Sum of ledger.deliveries.accepted.';
comment on column ledger.delivery_totals.duplicates is 'Sum of ledger.deliveries.duplicates.';
comment on column ledger.delivery_totals.rejected is 'Sum of ledger.deliveries.rejected.';

comment on column ledger.load_totals.consumer is 'Function that has written the objects.';
comment on column ledger.load_totals.topic is 'Topic that their records came from.';
comment on column ledger.load_totals.loads is 'Objects that were loaded.';
comment on column ledger.load_totals.rows is 'Sum of ledger.loads.rows of these.';
comment on column ledger.load_totals.inserted is 'Sum of ledger.loads.inserted.';
comment on column ledger.load_totals.duplicates is 'Sum of ledger.loads.duplicates.';
comment on column ledger.load_totals.conflicts is 'Sum of ledger.loads.conflicts.';

comment on column ledger.proofs.proof_id is 'Number of the proof.';
comment on column ledger.proofs.took is 'How long it ran.';
comment on column ledger.proofs.depth is 'How deep it looked: books, objects, rows or kafka; each sees what those before it see.';
comment on column ledger.proofs.curated is 'Whether it demanded that Spark''s jobs have seen everything.';
comment on column ledger.proofs.balanced is 'Whether all of its checks balanced.';

comment on column ledger.proof_checks.proof_id is 'Proof that made the checks.';

comment on column ledger.backfills.delivery_id is 'Delivery that brought the rows.';
comment on column ledger.backfills.field is 'Field of topic orders, and its column in warehouse.fact_orders.';
comment on column ledger.backfills.filled_at is 'When, the last time, by the database''s clock.';

comment on column ledger.placed_rows.consumer is 'Function that stored the row: store-transactions or update-inventory.';
comment on column ledger.placed_rows.topic is 'Topic that its record came from.';
comment on column ledger.placed_rows.partition is 'Partition that the record came from.';
comment on column ledger.placed_rows.kafka_offset is 'Offset of the record.';
comment on column ledger.placed_rows.status is 'Status of an event in inventory.events_log; null of a payment.';
comment on column ledger.placed_rows.delivery_id is
  'Committed delivery without a fingerprint whose range begins last before or at the offset; null if there is none.';
comment on column ledger.placed_rows.is_in_place is 'Whether the offset lies in that range.';

comment on column ledger.messages.outbox_id is 'Row of ledger.outbox.';
comment on column ledger.messages.topic is 'Topic that the message goes to.';
comment on column ledger.messages.sent_at is 'When it was marked as sent, by the database''s clock; null while it waits.';
comment on column ledger.messages.sent_hour is 'The ledger.relay_hours in which it was marked as sent.';
comment on column ledger.messages.key is 'Key of the message: the dead letter''s, or the row''s own; null if neither has one.';
comment on column ledger.messages.value is 'Value of the message: the dead letter''s, or the row''s own; null if neither has one.';
comment on column ledger.messages.headers is
  'Headers of the message: the dead letter''s, then the row''s own, each with name, and value in base64.';
comment on column ledger.messages.dead_letter is
  'Of a message of topic dlq: where the record came from and what was wrong with it. Null of any other.';

comment on column ledger.waiting.outbox_id is 'Number of the row in ledger.outbox, or of the one in ledger.announcements.';
comment on column ledger.waiting.topic is 'Topic that it goes to.';
comment on column ledger.waiting.created_at is 'When it was decided, by the database''s clock.';
comment on column ledger.waiting.dead_letter_id is 'Of a message of topic dlq: the letter that it announces. Null of any other.';
comment on column ledger.waiting.delivery_id is 'Of an announcement: the delivery that moved the stock. Null of a row of the outbox.';
comment on column ledger.waiting.messages is 'How many messages it stands for; 1 of a row of the outbox.';

comment on table warehouse.fact_orders is
  'Orders of topic orders, each once: the first that load-orders has found in the objects of the lake.';
comment on column warehouse.fact_orders.order_id is 'Order, by the id that the shop gave it.';
comment on column warehouse.fact_orders.user_id is 'User who ordered: shop.customers.customer_id, if the shop''s table has the customer.';
comment on column warehouse.fact_orders.product_id is 'Product that was bought; null if the event didn''t say (version 1).';
comment on column warehouse.fact_orders.kafka_offset is 'Offset of the record, in the topic and partition of its delivery.';
comment on column warehouse.fact_orders.amount is 'What the order costs, in its currency; negative for a credit.';
comment on column warehouse.fact_orders.quantity is 'Pieces that were bought; null if the event didn''t say (version 1).';
comment on column warehouse.fact_orders.currency is 'ISO 4217 code of the amount''s currency, such as EUR.';
comment on column warehouse.fact_orders.category is 'Category of the product, as the event said.';
comment on column warehouse.fact_orders.country is 'ISO 3166 code of the country that was ordered from.';
comment on column warehouse.fact_orders.created_at is 'When the order was made, by the event.';

comment on table shop.products is 'Products of the shop: as topic products says, or as the shop''s own systems wrote them.';
comment on column shop.products.product_id is 'Product, by the id that events name it with.';
comment on column shop.products.name is 'What customers call it.';
comment on column shop.products.category is 'Category that it is in.';
comment on column shop.products.price is 'What a piece costs, without a currency.';
comment on column shop.products.partition is 'Partition of topic products with the record that says how it is now; null if it didn''t come by the topic.';
comment on column shop.products.delivery_id is
  'Delivery in ledger.deliveries that brought this record; null if it didn''t come by the topic.';

comment on table shop.suppliers is 'Who restocks the shop, as its own systems wrote them.';
comment on column shop.suppliers.supplier_id is 'Supplier, by the id that events of topic supplier_restocks name it with.';
comment on column shop.suppliers.name is 'What the supplier is called.';
comment on column shop.suppliers.contact is 'Where the shop orders from it, such as an e-mail address.';

comment on table shop.customers is 'Customers of the shop: as topic customers says, or as the shop''s own systems wrote them.';
comment on column shop.customers.name is 'First and last name; empty if the customer left by the topic.';
comment on column shop.customers.email is 'E-mail address; empty if the customer left by the topic.';
comment on column shop.customers.country is 'ISO 3166 code of the customer''s country.';
comment on column shop.customers.segment is 'Group of customers, such as new, regular or vip.';
comment on column shop.customers.signed_up_at is 'When the customer signed up.';
comment on column shop.customers.partition is
  'Partition of topic customers with the record that says how the customer is now; null if the row didn''t come by the topic.';
comment on column shop.customers.delivery_id is
  'Delivery in ledger.deliveries that brought this record; null if the row didn''t come by the topic.';

comment on table shop.orders is 'Orders from before topic orders began, as the shop''s own systems wrote them.';
comment on column shop.orders.order_id is 'Order, by the id that the shop gave it.';
comment on column shop.orders.customer_id is 'Customer who ordered.';
comment on column shop.orders.product_id is 'Product that was bought.';
comment on column shop.orders.quantity is 'Pieces that were bought.';
comment on column shop.orders.amount is 'What the order costs, in its currency.';
comment on column shop.orders.currency is 'ISO 4217 code of the amount''s currency, such as EUR.';
comment on column shop.orders.country is 'ISO 3166 code of the country that was ordered from.';
comment on column shop.orders.created_at is 'When the order was made.';

comment on column shop.product_history.product_id is 'Product in shop.products.';
comment on column shop.product_history.valid_from is
  'From when on it had this name and price; -infinity if it was there before the history was kept.';
comment on column shop.product_history.name is 'What customers called it.';
comment on column shop.product_history.price is 'What a piece cost, without a currency.';

comment on column shop.delivered_rows.topic is 'Topic that the row came by: products or customers.';
comment on column shop.delivered_rows.partition is 'Partition of the record that says how it is.';
comment on column shop.delivered_rows.kafka_offset is 'Offset of this record.';
comment on column shop.delivered_rows.delivery_id is 'Delivery in ledger.deliveries that brought it.';
comment on column shop.delivered_rows.fingerprint is 'Fingerprint of the row as update-shop wrote it.';
comment on column shop.delivered_rows.fingerprint_now is 'Fingerprint of the row as it is: another one if somebody has edited it.';

comment on table inventory.inventory is
  'Stock of each product. update-inventory moves it by what inventory.events_log has; replay-inventory can make it anew of the same.';
comment on column inventory.inventory.product_id is 'Product in shop.products.';
comment on column inventory.inventory.opening_quantity is
  'Pieces that were there before its first event; 0 of a product that came by topic products.';
comment on column inventory.inventory.low_stock_threshold is
  'Stock below this counts as low: as the product''s record said, or the shop''s own systems; otherwise 10.';
comment on column inventory.inventory.last_updated is 'When the stock was last moved, counted or made anew, by the database''s clock.';

comment on table inventory.events_log is 'Records of the inventory topics, a row for each offset: what it said and what became of it.';
comment on column inventory.events_log.topic is
  'Topic that the record came from: online_orders, store_sales, supplier_restocks or stock_counts.';
comment on column inventory.events_log.partition is 'Partition that it came from.';
comment on column inventory.events_log.kafka_offset is 'Its offset there.';
comment on column inventory.events_log.event_id is
  'The event''s event_id, or the count_id of a count; null if the record couldn''t be read.';
comment on column inventory.events_log.product_id is 'Product that moved or was counted; null if the record couldn''t be read.';
comment on column inventory.events_log.order_id is
  'Order that the sale belongs to; null of a restock, of a count, and if the record couldn''t be read.';
comment on column inventory.events_log.status is
  'processed: it took effect. duplicate: an event with its id and content had done so before. rejected: it became a dead letter.';
comment on column inventory.events_log.occurred_at is 'When it moved or was counted, by the event; null if the record couldn''t be read.';
comment on column inventory.events_log.processed_at is 'When it was logged, by the database''s clock.';

comment on table inventory.orders is 'What was sold, online and in stores: a row for each processed event of a sale.';
comment on column inventory.orders.event_id is 'Event of the sale, as in inventory.events_log.';
comment on column inventory.orders.order_id is 'Order that the sale belongs to; of an online sale the order_id of topic orders.';
comment on column inventory.orders.product_id is 'Product that was sold.';
comment on column inventory.orders.quantity is 'Pieces that were sold.';
comment on column inventory.orders.source is 'Topic that the event came from: online_orders or store_sales.';
comment on column inventory.orders.timestamp is 'When it was sold, by the event.';

comment on table inventory.reports is
  'Reports of sales and stock by the day on which things happened (report-inventory). Building one again replaces it.';
comment on column inventory.reports.report_date is 'Day, in UTC.';
comment on column inventory.reports.total_sales is 'Sum of pieces × price, each at the time of its sale, without a currency.';
comment on column inventory.reports.units_sold is 'Pieces that were sold.';
comment on column inventory.reports.top_sellers is
  'The ten products of which the most was sold, best first: product_id, name, units, and revenue as decimal text.';
comment on column inventory.reports.low_stock is
  'Products whose stock was below their threshold when the day ended, lowest first: product_id, name, stock, threshold.';
comment on column inventory.reports.oversold is 'Those of them whose stock was below zero.';

comment on column inventory.shelf_history.product_id is 'Product in inventory.inventory.';
comment on column inventory.shelf_history.valid_from is
  'From when on the shelf was like this; -infinity if it was there before the history was kept.';
comment on column inventory.shelf_history.opening_quantity is
  'Its inventory.inventory.opening_quantity; null from when the shelf was removed.';
comment on column inventory.shelf_history.low_stock_threshold is
  'Its inventory.inventory.low_stock_threshold; null from when the shelf was removed.';

comment on table payments.transactions is 'Payments of topic transactions, each once, as they came (store-transactions).';
comment on column payments.transactions.transaction_id is 'Payment, by the id that its sender gave it.';
comment on column payments.transactions.user_id is 'User who paid.';
comment on column payments.transactions.amount is 'What was paid, in its currency; negative for a refund.';
comment on column payments.transactions.currency is 'ISO 4217 code of the amount''s currency, such as EUR.';
comment on column payments.transactions.status is 'Outcome, as its sender calls it, such as completed, pending, failed or refunded.';
comment on column payments.transactions.event_time is 'When it was made, by the clock of the system that made it.';
comment on column payments.transactions.partition is 'Partition of topic transactions that the record came from.';
comment on column payments.transactions.kafka_offset is 'Its offset there.';

comment on table payments.transactions_clean is
  'Payments with what follows from them, made of payments.transactions hour by hour (run-transformations).';
comment on column payments.transactions_clean.transaction_id is 'Payment, by the id that its sender gave it.';
comment on column payments.transactions_clean.user_id is 'User who paid.';
comment on column payments.transactions_clean.amount is 'What was paid, in its currency; negative for a refund.';
comment on column payments.transactions_clean.currency is 'ISO 4217 code of the amount''s currency, such as EUR.';
comment on column payments.transactions_clean.status is 'Outcome, as its sender calls it, such as completed, pending, failed or refunded.';
comment on column payments.transactions_clean.event_time is 'When it was made, by the clock of the system that made it.';
comment on column payments.transactions_clean.processing_time is 'When it arrived here, by the database''s clock.';
comment on column payments.transactions_clean.event_date is 'Day of event_time, in UTC.';
comment on column payments.transactions_clean.event_hour is 'Beginning of the hour of event_time, in UTC.';
comment on column payments.transactions_clean.latency_seconds is 'Seconds from event_time to processing_time, to the microsecond.';

comment on table payments.changed_hours is
  'Hours that wait to be transformed: of payments that came since, or whose lateness is judged otherwise now.';
comment on column payments.changed_hours.event_hour is 'Beginning of the hour in which the payments were made, in UTC.';
comment on column payments.changed_hours.changed_at is 'When it was last marked, by the database''s clock.';

comment on table payments.transformed_hours is 'When each hour of payments was last transformed, and what of it the index has.';
comment on column payments.transformed_hours.event_hour is 'Beginning of the hour in which the payments were made, in UTC.';
comment on column payments.transformed_hours.transformed_at is 'When it was last transformed, by the database''s clock.';

comment on table payments.compared_index is
  'Which index the notes in payments.transformed_hours are about. If it is another one, or the view is, every hour is compared.';
comment on column payments.compared_index.is_the_only_row is 'Always true: as the key, it keeps a second row out.';

comment on column payments.checked_hours.event_hour is 'Beginning of the hour in which the payments were made, in UTC.';

comment on column payments.checked_transactions.transaction_id is 'Payment, by the id that its sender gave it.';
comment on column payments.checked_transactions.user_id is 'User who paid.';
comment on column payments.checked_transactions.amount is 'What was paid, in its currency; negative for a refund.';
comment on column payments.checked_transactions.currency is 'ISO 4217 code of the amount''s currency, such as EUR.';
comment on column payments.checked_transactions.status is
  'Outcome, as its sender calls it, such as completed, pending, failed or refunded.';
comment on column payments.checked_transactions.event_time is 'When it was made, by the clock of the system that made it.';
comment on column payments.checked_transactions.processing_time is 'When it arrived here, by the database''s clock.';
comment on column payments.checked_transactions.event_date is 'Day of event_time, in UTC.';
comment on column payments.checked_transactions.event_hour is 'Beginning of the hour of event_time, in UTC.';
comment on column payments.checked_transactions.latency_seconds is 'Seconds from event_time to processing_time, to the microsecond.';
comment on column payments.checked_transactions.is_late is 'Whether it was late when its hour was transformed (payments.lateness).';
comment on column payments.checked_transactions.is_ahead is 'Whether latency_seconds is below 0: the sender''s clock was ahead.';

comment on column curated.dim_customers.customer_id is 'Customer: the customer_id of shop.customers, the user_id of orders.';
comment on column curated.dim_customers.country is
  'ISO 3166 code of the customer''s country; of those known only from orders, that of the first one.';
comment on column curated.dim_customers.segment is
  'Group of customers, such as new, regular or vip; unknown of those known only from orders.';
comment on column curated.dim_customers.signed_up_at is 'When the customer signed up; null of those known only from orders.';

comment on column curated.dim_products.product_id is 'Product, by the id that events name it with.';
comment on column curated.dim_products.name is 'What customers call it; of those known only from orders, the product_id.';
comment on column curated.dim_products.category is 'Category that it is in; of those known only from orders, that of the first one.';
comment on column curated.dim_products.price is 'What a piece costs, without a currency; null of those known only from orders.';

comment on table curated.fact_orders is
  'Orders of topic orders and of shop.orders, each once, with what the shop knows of the customer (curate_orders, stream_orders).';
comment on column curated.fact_orders.order_id is 'Order, by the id that the shop gave it.';
comment on column curated.fact_orders.customer_id is 'Customer who ordered, in curated.dim_customers.';
comment on column curated.fact_orders.product_id is
  'Product that was bought, in curated.dim_products; null if the event didn''t say (version 1).';
comment on column curated.fact_orders.kafka_partition is 'Partition of topic orders that the record is in; null for one of shop.orders.';
comment on column curated.fact_orders.created_at is 'When the order was made.';
comment on column curated.fact_orders.amount is 'What the order costs, in its currency; negative for a credit.';
comment on column curated.fact_orders.currency is 'ISO 4217 code of the amount''s currency, such as EUR.';
comment on column curated.fact_orders.category is
  'Category of the product: as the event said, or for one of shop.orders as shop.products said.';
comment on column curated.fact_orders.country is 'ISO 3166 code of the country that was ordered from.';
comment on column curated.fact_orders.customer_segment is
  'Group that the customer was in when the order was curated; unknown if the shop didn''t know the customer.';

comment on table curated.curations is
  'Loads whose orders are in curated.fact_orders, inserted in the transaction that puts them there (curate_orders).';
comment on column curated.curations.delivery_id is 'Load in ledger.loads.';
comment on column curated.curations.curated_at is 'When the row was inserted, by the database''s clock.';

comment on column curated.announcements.order_id is 'Order, as text: the key of its messages.';
comment on column curated.announcements.last_said is
  'Fingerprint of its last message in the outbox; null if there is none, or if that one says that there is no more to say.';
comment on column curated.announcements.removed_said is
  'Fingerprint of what the messages that were removed said last; null if none was removed.';
comment on column curated.announcements.is_wrong is
  'Whether the last message isn''t what curated says, or one doesn''t replace what the one before it said.';

comment on view curated.sources is
  'Orders that curated should hold: those of the warehouse, and those of the shop''s history that the warehouse hasn''t.';
comment on column curated.sources.order_id is 'Order, by the id that the shop gave it.';
comment on column curated.sources.customer_id is 'Customer who ordered.';
comment on column curated.sources.product_id is 'Product that was bought; null if the event didn''t say (version 1).';
comment on column curated.sources.delivery_id is 'Delivery in ledger.deliveries that brought it; null for one of shop.orders.';
comment on column curated.sources.kafka_offset is 'Offset of its record on topic orders; null for one of shop.orders.';
comment on column curated.sources.amount is 'What the order costs, in its currency; negative for a credit.';
comment on column curated.sources.quantity is 'Pieces that were bought; null if the event didn''t say (version 1).';
comment on column curated.sources.currency is 'ISO 4217 code of the amount''s currency, such as EUR.';
comment on column curated.sources.category is 'Category of the product, as the event said; null for one of shop.orders.';
comment on column curated.sources.country is 'ISO 3166 code of the country that was ordered from.';
comment on column curated.sources.created_at is 'When the order was made.';

comment on table gold.daily_product_clicks is
  'Clicks on products among the events of topic user_events, by the day (UTC) on which they occurred (aggregate_user_events).';
comment on column gold.daily_product_clicks.event_date is 'Day, in UTC.';
comment on column gold.daily_product_clicks.product_id is 'Product that was clicked on.';
comment on column gold.daily_product_clicks.clicks is 'Events of type click; those with one event_id count once a day.';

comment on column gold.daily_orders.order_date is 'Day, in UTC.';
comment on column gold.daily_orders.currency is 'ISO 4217 code of the orders'' currency, such as EUR.';

comment on table gold.aggregations is
  'Objects of bronze/user_events whose events are in gold, inserted in the transaction that puts them there (aggregate_user_events).';
comment on column gold.aggregations.delivery_id is 'Delivery that has written the object.';
comment on column gold.aggregations.aggregated_at is 'When the row was inserted, by the database''s clock.';

comment on column gold.purchases.order_id is 'Order, by the id that the shop gave it.';
comment on column gold.purchases.occurred_at is 'When the purchase happened, by the event.';
comment on column gold.purchases.kafka_partition is 'Partition of topic user_events that the event came from.';
comment on column gold.purchases.kafka_offset is 'Its offset there.';
comment on column gold.purchases.order_date is 'Day of occurred_at, in UTC: the order counts on it.';
comment on column gold.purchases.amount is 'What the order costs, in its currency; negative for a credit.';
comment on column gold.purchases.currency is 'ISO 4217 code of the amount''s currency, such as EUR.';

comment on column gold.days_to_recount.event_date is 'Day, in UTC.';

-- As migration 040 has it, and says of all columns that it adds what they hold. Those of the event have their descriptions, by the
-- stream's own migration.
create or replace procedure streams.deliver_into(stream_table regclass, consumer_role name)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  named name;
begin
  select relname into named from pg_class where oid = stream_table and relnamespace = 'streams'::regnamespace and relkind = 'r';
  if named is null then
    raise 'Expected a table of the schema streams, got %', stream_table
      using hint = 'Create it there, with the columns of the event, before this call.';
  end if;

  execute format(
    'alter table %s add column partition integer not null, add column kafka_offset bigint not null, '
    'add column delivery_id bigint not null, add column stored_at timestamptz not null', stream_table
  );
  execute format('comment on column %s.partition is %L', stream_table, 'Partition of the topic that the record came from.');
  execute format('comment on column %s.kafka_offset is %L', stream_table, 'Its offset there.');
  execute format('comment on column %s.delivery_id is %L', stream_table, 'The delivery in ledger.deliveries that it came in.');
  execute format('comment on column %s.stored_at is %L', stream_table, 'When it arrived here, by the database''s clock.');
  execute format('create index on %s (delivery_id)', stream_table);

  call streams.consume_as(consumer_role);
  execute format('grant temporary on database %I to %I', current_database(), consumer_role);
  execute format('grant usage on schema streams to %I', consumer_role);
  execute format('grant select, insert on %s to %I', stream_table, consumer_role);
  execute format('grant select on %s to prove, console', stream_table);
  call streams.make_fingerprint(stream_table);
end $$;
