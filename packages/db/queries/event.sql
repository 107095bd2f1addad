select "e"."id", "e"."event_id" as "eventId", "e"."event_type" as "eventType", "e"."time_us" as "timeUs", "p"."exec_id" as "execId", "e"."pid", "e"."process_name" as "processName", "e"."uid", "e"."completeness", "e"."redaction_count" as "redactionCount", "e"."summary", "e"."conversation_id" as "conversationId", "e"."turn_number" as "turnNumber", "e"."request_id" as "requestId", "e"."connection_id" as "connectionId", "e"."provider", "e"."model", "e"."api", "e"."status_code" as "statusCode", "e"."success", "e"."latency_ms" as "latencyMs", "e"."ttft_ms" as "ttftMs", "e"."prompt_tokens" as "promptTokens", "e"."completion_tokens" as "completionTokens", "e"."cached_tokens" as "cachedTokens", "e"."reasoning_tokens" as "reasoningTokens", "payload"."body"
from "events" as "e"
left join "processes" as "p" on "p"."id" = "e"."process_id"
inner join "event_payloads" as "payload" on "payload"."id" = "e"."id"
where "e"."event_id" = ?
