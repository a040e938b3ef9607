-- name: all
select * from (select d.*, u.name as by, case when d.is_never then 'never'
    when d.is_allowed then 'allowed' else 'held' end as verdict
    from decision d left join app_user u on u.id = d.asked_by) d

-- name: filtered
{all} where :verdict in ('', verdict) and :purpose in ('', purpose)
    and (:rule = '' or reasons @> jsonb_build_array(jsonb_build_array(cast(:rule as text))))
    and (:number = '' or e164 like :number) and (:before = 0 or id < :before)
order by id desc limit :size

-- name: of_number
{all} where e164 = :e164 and at <= :at order by at desc, id desc limit :most
