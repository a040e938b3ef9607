-- name: standing
-- The order of the branches is the precedence: what happened last in a recipient's story wins.
select o.id, o.campaign_id, o.e164, o.contact_id, o.property_id,
    case when o.is_for_person then o.id else 0 end as asks, o.because, case
        when o.opted_out_at is not null then 'opted_out'
        when o.answered_at is not null then 'answered'
        when o.state = 'sent' and o.receipt_checks >= 3 then 'unconfirmed'
        when o.state in ('failed', 'delivered', 'sent', 'sending', 'uncertain') then o.state
        when o.state in ('never', 'cancelled') then 'skipped'
        when p.is_paused or o.is_for_person or o.not_before > :now
            or p.because <> '' and p.next_at > :now then 'held'
        else 'waiting'
    end as standing, case
        when o.opted_out_at is not null and o.state = 'cancelled' then o.because
        when o.opted_out_at is not null or o.answered_at is not null then ''
        when o.state = 'uncertain' and o.is_for_person then 'did it arrive?'
        when o.state = 'sent' and o.receipt_checks >= 3 then 'OpenPhone has no receipt'
        when o.state in ('sending', 'sent', 'delivered') then ''
        when o.state = 'waiting' and p.is_paused then 'campaign is paused'
        when o.state = 'waiting' and o.not_before <= :now and not o.is_for_person
            then case when p.because <> '' and p.next_at > :now then p.because
                 else 'in turn, one every ' || round(p.seconds) || ' seconds' end
        else coalesce(nullif(o.because, ''), 'no reason was given')
    end as reason
from outbox o join pace p on p.campaign_id = o.campaign_id where o.campaign_id = any(:ids)

-- name: counts
select campaign_id, count(*) as audience, {counts_of_places}
from ({standing}) as stood group by campaign_id

-- name: places
select standing, reason, count(*) as people from ({standing}) as stood
group by standing, reason order by people desc, standing, reason limit 100

-- name: chosen
({standing}) as stood where (:place, :reason) in (('', ''), (standing, reason))

-- name: count
select count(*) from {chosen}

-- name: recipients
select stood.*, c.name, c.first_name, p.city from (select * from {chosen}) as stood
join contact c on c.id = stood.contact_id left join property p on p.id = stood.property_id
order by stood.id limit {page_size} offset :skip
