select distinct "newest"."provider", "newest"."model", "newest"."processName"
from (select "e"."provider", "e"."model", "e"."process_name" as "processName"
from "events" as "e"
where "e"."event_type" < 16
and "e"."time_us" >= ?
and "e"."time_us" < ?
order by "e"."time_us" desc
limit ?) as "newest"
