-- name: by_itself
-- A text `m` that no row of ours asked for, sooner after their text or their call that nobody took
-- than a person writes. A call whose end nobody told rings for a minute at most.
(m.direction = 'out' and m.outbox_id is null and (exists (select from message h
    where h.conversation_id = m.conversation_id and h.direction = 'in'
    and h.at <= m.at and h.at > m.at - interval '10 seconds')
or exists (select from call h where h.conversation_id = m.conversation_id and h.direction = 'in'
    and h.answered_at is null and h.at <= m.at and m.at <
    coalesce(h.ended_at, h.at + interval '1 minute') + interval '10 seconds')))

-- name: is
select {by_itself} from message m where id = :id

-- name: wants
-- A call `c` that wants an answer, as `calls.actions.wants_answer` says of one.
(c.direction = 'in' and c.answered_at is null and (c.is_missed or c.voicemail <> '{}'
    or c.ended_at is not null and c.forwarded_to = ''))

-- name: texts
message m left join outbox o on o.id = m.outbox_id where m.conversation_id = :id

-- name: calls
call c where c.conversation_id = :id

-- name: is_turn
-- A text that asks or answers: a campaign's does neither, nor does a call in vain.
(m.direction = 'in' or o.campaign_id is null and not {by_itself})

-- name: word
select exists (select from {texts} and m.at > :at and not {by_itself})
    or exists (select from {calls} and c.at > :at)

-- name: turn
select exists (select from {texts} and m.at > :at and {is_turn})
    or exists (select from {calls} and c.at > :at and (c.answered_at is not null or {wants}))

-- name: news
select exists (select from {texts} and m.at > :at and m.direction = 'in')
    or exists (select from {calls} and c.at > :at and {wants})

-- name: there
select m.at from {texts} and m.at >= :at and m.direction = 'out' and m.outbox_id is null
    and not {by_itself} order by m.at desc limit 1

-- name: asks
select asks from (
    select m.at, m.direction = 'in' and not exists (select from suppression s where s.e164 = :e164
        and s.lifted_at is null and m.at <= greatest(s.at, s.again_at)) as asks
    from {texts} and {is_turn}
    union all select c.at, {wants} from {calls} and (c.answered_at is not null or {wants})
) turns order by at desc limit 1
