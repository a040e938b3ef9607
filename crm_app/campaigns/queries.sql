-- name: versions
select w.*, u.name, (select count(*) from outbox o where o.campaign_id = w.campaign_id
    and o.version = w.version and o.provider_id is not null) as sent
from wording w join app_user u on u.id = w.written_by where w.campaign_id = :id
order by w.version desc
