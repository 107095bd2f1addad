select (select count(*) as "count"
from "events") as "events", (select count(*) as "count"
from "conversations") as "conversations", (select count(*) as "count"
from "processes") as "processes"
