with recursive "chain"("exec_id", "depth") as (select "parent_exec_id" as "exec_id", 1 as "depth"
from "processes"
where "processes"."exec_id" = ?
union all
select "processes"."parent_exec_id" as "exec_id", "chain"."depth" + 1 as "depth"
from "chain"
inner join "processes" on "processes"."exec_id" = "chain"."exec_id"
where "chain"."depth" < ?)
select "p"."exec_id" as "execId", "p"."pid", "p"."ppid", "p"."parent_exec_id" as "parentExecId", "p"."exe", "p"."name", "p"."cmdline", "p"."cwd", "p"."uid", "p"."user", "p"."container_id" as "containerId", "p"."start_us" as "startUs", "p"."end_us" as "endUs", "p"."exit_code" as "exitCode", "p"."signal"
from "chain"
inner join "processes" as "p" on "p"."exec_id" = "chain"."exec_id"
order by "chain"."depth"
