select "c"."key", "c"."id", "c"."first_us" as "firstUs", "c"."last_us" as "lastUs", "p"."exec_id" as "execId", "c"."pid", "c"."process_name" as "processName", "c"."provider", "c"."model", "c"."api", "c"."title", "c"."turn_count" as "turnCount", "c"."error_count" as "errorCount", "c"."tool_call_count" as "toolCallCount", "c"."redaction_count" as "redactionCount", "c"."prompt_tokens" as "promptTokens", "c"."completion_tokens" as "completionTokens", "c"."cached_tokens" as "cachedTokens", "c"."reasoning_tokens" as "reasoningTokens", "c"."completeness"
from "conversations" as "c"
left join "processes" as "p" on "p"."id" = "c"."process_id"
where "c"."id" = ?
