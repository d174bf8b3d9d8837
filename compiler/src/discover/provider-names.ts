// Texts of manifests → the hosts of model providers in them, and names of environment variables → whether one holds a provider's key.

/** A host name with a dot in it, as it stands in an address or alone. */
const hostName = /(?<![\w.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?![\w-])/gi;

/** The hosts in `text` that are among the providers'; `*.` ahead of one stands for any labels. */
export function providerHosts(text: string, hosts: readonly string[]): readonly string[] {
  if (!text.includes('.')) return [];
  const found = [...text.slice(0, longestText).matchAll(hostName)].map(([host]) => host.toLowerCase());
  return [...new Set(found)].filter((host) => hosts.some((known) => isHost(host, known)));
}

/** What is longer is data, not settings. */
const longestText = 262_144;

function isHost(host: string, known: string): boolean {
  return known.startsWith('*.') ? host.endsWith(known.slice(1)) : host === known;
}

/**
 * Variables that providers' own libraries and those of others (Vercel's AI SDK, LiteLLM, LangChain) read keys from, without the
 * ending that says that it is one.
 */
const owners: ReadonlySet<string> = new Set([
  'AI21',
  'AI_GATEWAY',
  'ANTHROPIC',
  'AZURE',
  'AZURE_AI',
  'AZURE_OPENAI',
  'CEREBRAS',
  'CLAUDE',
  'CO',
  'COHERE',
  'DEEPINFRA',
  'DEEPSEEK',
  'FIREWORKS',
  'FIREWORKS_AI',
  'GEMINI',
  'GOOGLE',
  'GOOGLE_GENERATIVE_AI',
  'GROQ',
  'HF',
  'HUGGINGFACE',
  'HUGGINGFACEHUB',
  'HUGGING_FACE_HUB',
  'LITELLM',
  'MISTRAL',
  'NIM',
  'NVIDIA',
  'OPENAI',
  'OPENROUTER',
  'PERPLEXITY',
  'REPLICATE',
  'TOGETHER',
  'TOGETHERAI',
  'TOGETHER_AI',
  'VLLM',
  'VOYAGE',
  'XAI',
]);

/** Variables whose names follow no such pattern. */
const others: ReadonlySet<string> = new Set([
  'AWS_BEARER_TOKEN_BEDROCK',
  'LITELLM_MASTER_KEY',
  'HUGGING_FACE_HUB_TOKEN',
]);

/** Whether a variable of this name holds a key of a model provider. */
export function isProviderKey(name: string): boolean {
  const [, owner] = /^(\w+?)_(?:API_?(?:KEY|TOKEN)|AUTH_TOKEN|TOKEN|ACCESS_TOKEN)S?$/.exec(name) ?? [];
  return others.has(name) || (owner !== undefined && owners.has(owner));
}
