-- name: figures
select (select version_num from alembic_version), to_regclass('queue.huey_task'),
    (select max(received_at) from delivery),
    (select coalesce(sum(count), 0) from refused_count),
    (select count(*) from mark where attempts > 3)
