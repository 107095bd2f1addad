/**
 * Hosts that speak one of the three APIs, and the provider's name: `gen_ai.provider.name` of OpenTelemetry's semantic
 * conventions where it has a value, else the host itself. From reference/ai-capture.md 3.1, as of 2026.
 */
const hosts: ReadonlyMap<string, string | undefined> = new Map<string, string | undefined>([
  ['api.openai.com', 'openai'],
  ['eu.api.openai.com', 'openai'],
  ['us.api.openai.com', 'openai'],
  // Codex with a ChatGPT log-in
  ['chatgpt.com', 'openai'],
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['api.cohere.ai', 'cohere'],
  ['api.cohere.com', 'cohere'],
  ['api.mistral.ai', 'mistral_ai'],
  ['codestral.mistral.ai', 'mistral_ai'],
  ['api.groq.com', 'groq'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.deepseek.com', 'deepseek'],
  ['api.x.ai', 'x_ai'],
  ['api.together.xyz', undefined],
  ['api.together.ai', undefined],
  ['api.fireworks.ai', undefined],
  ['api.replicate.com', undefined],
  ['api-inference.huggingface.co', undefined],
  ['router.huggingface.co', undefined],
  ['openrouter.ai', undefined],
  ['api.openrouter.ai', undefined],
  ['api.cerebras.ai', undefined],
  ['api.sambanova.ai', undefined],
  ['api.githubcopilot.com', undefined],
  ['api.moonshot.ai', undefined],
  ['api.moonshot.cn', undefined],
  ['dashscope.aliyuncs.com', undefined],
  ['dashscope-intl.aliyuncs.com', undefined],
  ['open.bigmodel.cn', undefined],
  ['api.z.ai', undefined],
  ['integrate.api.nvidia.com', undefined],
]);

/** Hosts that differ by customer or region. */
const patterns: readonly { readonly start: string; readonly end: string; readonly name: string }[] = [
  { start: '', end: '.openai.azure.com', name: 'azure.ai.openai' },
  { start: '', end: '.cognitiveservices.azure.com', name: 'azure.ai.openai' },
  { start: '', end: '.services.ai.azure.com', name: 'azure.ai.inference' },
  { start: '', end: '-aiplatform.googleapis.com', name: 'gcp.vertex_ai' },
  { start: 'bedrock-runtime.', end: '.amazonaws.com', name: 'aws.bedrock' },
];

/** Provider at a host (lower case, no port), or undefined when the host is not a known AI endpoint. */
export function findProvider(host: string): string | undefined {
  if (hosts.has(host)) return hosts.get(host) ?? host;
  return patterns.find(({ start, end }) => host.startsWith(start) && host.endsWith(end))?.name;
}
