/** Where all that is asked about dead letters comes from. */

/** Of a delivery that is not committed the letters may still go, so they are none yet. */
export const LETTERS = `
  from ledger.dead_letters as letter
  inner join ledger.deliveries as origin on origin.delivery_id = letter.delivery_id and origin.state = 'committed'
  left join ledger.redrives as redrive on redrive.dead_letter_id = letter.dead_letter_id`;

/**
 * What became of a letter that was sent back. The relay notes where Kafka has its record: the delivery with that offset says that it was
 * consumed, and a letter of that place that it was refused again. Of a record whose place nobody noted, the letter that it became is known
 * by the header that it bears; only of that, since any producer may send such a header.
 */
export const LETTERS_AND_FATES = `${LETTERS}
  left join ledger.outbox as message on message.outbox_id = redrive.outbox_id
  left join lateral (
    select min(again.dead_letter_id) as id
    from (
      select again.dead_letter_id, again.delivery_id
      from ledger.dead_letters as again
      where message.sent_offset is not null
        -- A conflict of orders is found by the load, so its letter bears the load's name.
        and again.consumer in (origin.consumer, 'load-orders')
        and (again.topic, again.partition, again.record_offset) = (letter.topic, message.sent_partition, message.sent_offset)
      union all
      select again.dead_letter_id, again.delivery_id
      from ledger.dead_letters as again
      where redrive.redrive_id is not null
        and message.sent_offset is null
        and again.headers <> '[]'
        and again.headers @> jsonb_build_array(jsonb_build_object(
          'name', 'tillstream-redrive',
          'value', encode(convert_to(letter.dead_letter_id::text, 'UTF8'), 'base64')
        ))
        and again.topic = letter.topic
    ) as again
    where again.dead_letter_id > letter.dead_letter_id
      -- Not a join: of a ledger that is young PostgreSQL expects no delivery, and would go through all of them for each letter.
      and (select its.state from ledger.deliveries as its where its.delivery_id = again.delivery_id) = 'committed'
  ) as returned on true
  left join ledger.deliveries as taken
    on taken.consumer = origin.consumer
    and taken.topic = letter.topic
    and taken.partition = message.sent_partition
    and int8range(taken.first_offset, taken.last_offset, '[]') @> message.sent_offset
    -- The index of the constraint has those alone that are not abandoned.
    and taken.state <> 'abandoned'
    and taken.state = 'committed'
  left join ledger.loads as load on load.delivery_id = taken.delivery_id
  left join ledger.table_loads as table_load on table_load.delivery_id = taken.delivery_id
  cross join lateral (
    select case
      when returned.id is not null then 'came-back'
      when message.sent_at is null then 'waiting'
      when message.sent_offset is null then 'sent'
      when taken.delivery_id is null then 'waiting'
      else 'took-effect'
    end as state
  ) as fate`;
