-- name: answered
update outbox set answered_at = :at where answered_at is null
    and id = (select id from outbox where e164 = :e164 and purpose in ('cold', 'first_by_hand')
    and started_at <= :at order by started_at desc, id desc limit 1) returning campaign_id

-- name: on_its_way
select id from outbox where e164 = :e164 and body = :body
    and state in ('sending', 'uncertain') limit 1
