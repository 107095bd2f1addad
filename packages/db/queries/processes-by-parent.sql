select "p"."exec_id" as "execId", "p"."pid", "p"."ppid", "p"."parent_exec_id" as "parentExecId", "p"."exe", "p"."name", "p"."cmdline", "p"."cwd", "p"."uid", "p"."user", "p"."container_id" as "containerId", "p"."start_us" as "startUs", "p"."end_us" as "endUs", "p"."exit_code" as "exitCode", "p"."signal", "p"."id"
from "processes" as "p"
where "p"."id" < ?
and "p"."parent_exec_id" = ?
order by "p"."id" desc
limit ?
