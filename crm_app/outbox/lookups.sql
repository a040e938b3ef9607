-- name: no_receipt
-- After 10 minutes, an hour, a day; then the text is "sent, unconfirmed" for good, or a late
-- receipt says otherwise. Legacy webhooks bring no news of a failure (facts/openphone.md).
select id, provider_id from outbox where state = 'sent' and receipt_checks < 3
    and provider_id is not null and purpose <> 'monitor' and finished_at <= :now -
    (array[interval '10 minutes', '1 hour', '1 day'])[receipt_checks + 1]
order by random() limit 50  -- one that is never answered must not stand before the others

-- name: heard
select m.provider_id, m.status from outbox o join conversation c on c.e164 = o.e164
join message m on m.conversation_id = c.id and m.direction = 'out' and m.body = o.body
    and m.outbox_id is null and m.at >= o.started_at - interval '5 minutes' where o.id = :id

-- name: due
-- A number with a text in flight is left alone: its text could be taken for another's. While the
-- line is paused nobody's second try is used up: their look-up waits until texts get through.
select o.id, o.own_number, o.e164, o.body, o.started_at from outbox o where
    o.state = 'uncertain' and not o.is_for_person
    and (o.looked_up_at is null or o.looked_up_at <= :due) and not exists
    (select from outbox s where s.e164 = o.e164 and s.state = 'sending') and not exists
    (select from line l where l.own_number = o.own_number and l.retry_at > :now)
order by o.e164, o.id
