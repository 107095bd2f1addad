select "e"."event_type", count(*) as "count"
from "events" as "e"
where "e"."time_us" >= ?
and "e"."time_us" < ?
group by "e"."event_type"
