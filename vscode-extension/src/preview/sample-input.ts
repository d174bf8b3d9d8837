// An event → an input to begin with.

/** JSON text with the fields that people look at first. */
export function sampleInput({ label, surfaceKind }: { readonly label: string; readonly surfaceKind: string }): string {
  const samples: Readonly<Record<string, unknown>> = {
    llm: label.includes('response')
      ? { provider: 'openai', model: 'gpt-5.2', completions: [{ text: 'Hello, how can I help you?' }] }
      : {
          provider: 'openai',
          model: 'gpt-5.2',
          prompts: [{ role: 'user', text: 'My number is 536-90-4399, write to kim@example.org' }],
          client: { workload: 'shop/support-chat' },
        },
    api: { method: 'GET', path: { raw: '/v1/orders/7' }, headers: {}, query: {} },
    mcp: { tool: { server: 'crm', name: 'search_orders' }, arguments: {} },
    k8s: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { containers: [{ name: 'web', image: 'nginx', securityContext: { privileged: true } }] },
    },
    net: { source: { workload: 'web' }, destination: { host: 'api.openai.com', port: 443 } },
    data: { store: 'memory', text: 'a note' },
  };
  return `${JSON.stringify(samples[surfaceKind] ?? {}, null, 2)}\n`;
}
