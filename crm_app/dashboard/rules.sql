-- name: unheard
-- A call `c` of thread `t` that nobody took, and no person wrote or spoke with them since. A
-- text of a campaign or of OpenPhone itself is no answer, nor is calling back in vain. Asked by
-- the thread's index, row by row: a join would read all messages there are.
c.direction = 'in' and c.answered_at is null
and (c.is_missed or c.ended_at is not null or c.voicemail <> '{}')
and c.at >= coalesce((select m.at from message m left join outbox o on o.id = m.outbox_id
    where m.conversation_id = t.id and m.direction = 'out'
    and (o.user_id > 0 or o.id is null and not {by_itself})
    order by m.at desc limit 1), c.at)
and c.at >= coalesce((select k.at from call k where k.conversation_id = t.id
    and k.answered_at is not null order by k.at desc limit 1), c.at)

-- name: wait
-- A wait begins anew with what they write after a person did what a rule asked for in the thread.
greatest(t.unanswered_since, (select min(m.at) from message m
    where m.conversation_id = t.id and m.direction = 'in' and m.at > (select max(done_at)
    from work_item where conversation_id = t.id and cause is not null and done_by is not null)))

-- name: reasons
-- Beside a reason that has its to-do, open or done: a voicemail always gets one; a missed call,
-- one for all of a thread, unless a person did one since; an unanswered thread, unless another
-- rule asks for something there, or a person did it since.
with near as (
    select * from conversation where is_in_inbox and last_at > :since
    union select * from conversation where id in
        (select conversation_id from work_item where {open} and cause is not null)
), waits as (select t.*, {wait} as since from near t where is_unanswered
), held as (
    select case when c.voicemail = '{}' then 'missed' else 'voicemail' end as rule, c.at,
        cast(c.id as text) as subject, t.id, t.contact_id, t.assigned_to
    from near t cross join lateral (select * from call where conversation_id = t.id offset 0) c
    where {unheard}
    union all
    select 'unanswered', since, concat(id, ' ', cast(extract(epoch from since) as bigint)),
        id, contact_id, assigned_to from waits where since <= :late
), new as (
    select * from (select *, exists (select from work_item own
        where own.cause = concat(rule, ' ', subject)) as is_known from held offset 0) h
    where is_known or rule = 'voicemail' or not exists (
        select from work_item w where w.conversation_id = h.id
        and w.cause ~ case rule when 'missed' then '^(missed|voicemail) ' else '.' end
        and ({open} or w.done_by is not null and w.done_at >= h.at)
    ) and not (rule = 'unanswered' and exists
        (select from held o where o.id = h.id and o.rule <> h.rule and o.at >= h.at))
)
select distinct on (id, rule, case when is_known or rule = 'voicemail' then subject end) *
from new order by id, rule, case when is_known or rule = 'voicemail' then subject end, at

-- name: frozen
select 'frozen' as rule, s.since as at, cast(s.id as text) as subject, t.id,
    coalesce(t.contact_id, n.contact_id) as contact_id, t.assigned_to
from frozen s left join conversation t on t.e164 = s.e164 and t.own_number = :own
left join phone_number n on n.e164 = s.e164 where {waits} and (s.since > :since
    or exists (select from work_item where cause = concat('frozen ', s.id) and {open}))
