-- name: loaded
select l.*, u.name as by from call_list l join app_user u on u.id = l.by_user

-- name: checked
select count(*), count(*) filter (where not is_valid or line_type = 'landline')
from number_check
