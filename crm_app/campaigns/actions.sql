-- name: complete
-- Only rows in these states may still become a text.
update campaign c set state = 'completed', ended_at = :now where c.state in
    ('active', 'paused') and not exists (select from outbox o where o.campaign_id = c.id
    and o.state in ('waiting', 'sending', 'uncertain')) returning c.id
