import type { AiApi, ModelInfo } from '../event/types.ts';
import type { HttpRequest } from '../protocol/http1/exchange.ts';
import type { RequestParts } from './api-decoder.ts';
import { describeAuth } from './auth.ts';
import { compact, isRecord } from './json-read.ts';
import { hasImage } from './media.ts';
import { decoders } from './recognise.ts';
import type { Endpoint } from './recognise.ts';
import type { AiRequestFields } from './types.ts';

const nothingSaid: RequestParts = { streaming: false, messages: [], hasSystemPrompt: false, tools: [] };

/** Azure names the deployment in the path, and clients that use it leave the model out of the body. */
function deploymentOf(path: string): string | undefined {
  return /\/deployments\/([^/]+)\//.exec(path)?.[1];
}

function modelOf(parts: RequestParts, path: string): ModelInfo | undefined {
  const id = parts.model ?? deploymentOf(path);
  return id === undefined || id === '' ? undefined : { id };
}

export function describeProvider(endpoint: Endpoint): { name: string; endpoint: string } {
  return { name: endpoint.provider, endpoint: `https://${endpoint.host ?? 'unknown'}${endpoint.path}` };
}

/** The payload of a request event from its head and what could be read of its body. */
export function requestFields(
  api: AiApi,
  endpoint: Endpoint,
  request: HttpRequest,
  json: unknown,
): { readonly fields: AiRequestFields; readonly parts: RequestParts } {
  const parts = isRecord(json) ? decoders[api].readRequest(json) : nothingSaid;
  const fields = compact<AiRequestFields>({
    provider: describeProvider(endpoint),
    api,
    model: modelOf(parts, endpoint.path),
    auth: describeAuth(request.head.headers),
    request_type: 'chat',
    streaming: parts.streaming,
    messages: parts.messages,
    messages_count: parts.messages.length,
    has_system_prompt: parts.hasSystemPrompt,
    tools: parts.tools.length === 0 ? undefined : parts.tools,
    tools_count: parts.tools.length,
    tool_choice: parts.toolChoice,
    parameters: parts.parameters,
    has_images: parts.messages.some((message) => hasImage(message.content)),
    size_bytes: request.bodyBytes,
  });
  return { fields, parts };
}
