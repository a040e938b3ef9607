-- name: rows
-- What is sealed of a decision, by name: a later migration may add columns.
select id, at, e164, purpose, outbox_id, stage, is_allowed, is_never, opens_at, reasons,
    facts, rules_version, text_version, clocks, asked_by from decision
where id > :after and id <= coalesce(:upto, id) order by id

-- name: alone
-- Ids are given before the commit: behind this lock no lower one can still come.
lock table decision in exclusive mode

-- name: guarded
select t.tgname, c.relname, md5(p.prosrc || pg_get_triggerdef(t.oid)) from pg_trigger t
join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
where c.relnamespace = 'public'::regnamespace and t.tgenabled in ('O', 'A')
    and not t.tgisinternal union all select indexname, tablename, md5(indexdef) from pg_indexes
where schemaname = 'public' and indexname in
    ('uq_outbox_confirmation', 'uq_suppression_active')
