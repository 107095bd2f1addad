select distinct "e"."provider" as "value"
from "events" as "e"
where ("e"."event_type" < 16
and "e"."time_us" >= ?
and "e"."time_us" < ?
and "e"."provider" is not null)
order by "value"
limit ?
