select "e"."event_id", "payload"."body"
from "events" as "e"
inner join "event_payloads" as "payload" on "payload"."id" = "e"."id"
where "e"."event_id" in (?, ?)
