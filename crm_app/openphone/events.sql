-- name: later
select m.body, m.at from message m join conversation c on c.id = m.conversation_id
where c.e164 = :e164 and m.direction = 'in' and m.at > :at order by m.at
