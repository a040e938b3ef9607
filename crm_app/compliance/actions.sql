-- name: suppress
insert into suppression (e164, source, because, by_user, at, lifted_because, lifted_proof,
    is_lifted_by_them) select cast(:e164 as text), cast(:source as text), :because,
    cast(:by_user as int),
    cast(:at as timestamptz), '', '', false
-- Only their own, later START outranks an older STOP that arrives late; nobody else's word does.
where cast(:source as text) <> 'text' or not exists
    (select from suppression where e164 = :e164 and is_lifted_by_them and lifted_at > :at)
-- Said again: the first date counts, each other word stands beside it, and a START must be later
-- than the last of them to lift it.
on conflict (e164) where lifted_at is null do update
set at = least(suppression.at, excluded.at),
    again_at = greatest(suppression.again_at, suppression.at, excluded.at),
    source = case when excluded.source = 'text' and suppression.by_user is null then 'text'
    else suppression.source end,
    because = case when excluded.because = any(string_to_array(suppression.because, ' · '))
    then suppression.because else suppression.because || ' · ' || excluded.because end
returning case when xmax = 0 then id end

-- name: lift
update suppression set lifted_at = :at, lifted_because = :because,
    lifted_proof = cast(:proof as text), is_lifted_by_them = cast(:proof as text) = ''
where e164 = :e164 and lifted_at is null and at < :at
    and coalesce(again_at < :at, true) returning id

-- name: freeze
-- Whoever has not seen the newest words cannot let them go on: each text has a row of its own.
with before as (update frozen set settled_at = :at, settled_how = 'wrote again'
where e164 = :e164 and settled_at is null returning since)
insert into frozen (e164, since, said, because, settled_how)
select :e164, least((select since from before), :at), :said, :because, ''
where not exists (select from suppression  -- said before a STOP, and come after it
where e164 = :e164 and lifted_at is null and source = 'text' and at > :at)

-- name: settle
update frozen set settled_at = :at, settled_by = :by_user, settled_how = :how
where e164 = :e164 and settled_at is null and since <= coalesce(:until, since) returning id
