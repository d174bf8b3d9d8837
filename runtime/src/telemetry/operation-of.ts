// The path of a call to a model → what OpenTelemetry's conventions call it.

/** One of the conventions' names; a call of a model that is none of the others is a chat. */
export function operationOf(path: string): 'chat' | 'embeddings' | 'generate_content' | 'text_completion' {
  if (/embed/i.test(path)) return 'embeddings';
  if (/generateContent/i.test(path)) return 'generate_content';
  return /(?<!chat)\/(?:completions|generate|complete)$/.test(path) ? 'text_completion' : 'chat';
}
