// Flows as Hubble writes them, taken in with the policy's rules.

import type { World } from '../world.ts';

const flow = (workload: string, host: string): string =>
  JSON.stringify({
    flow: {
      time: '2026-11-23T06:00:00Z',
      verdict: 'FORWARDED',
      l4: { TCP: { destination_port: 443 } },
      source: { namespace: 'shop', workloads: [{ name: workload, kind: 'Deployment' }] },
      destination: {},
      destination_names: [host],
    },
  });

export async function play({ file, run, say, expect }: World): Promise<void> {
  say('An hour of flows: the assistant asks OpenAI, a notebook asks somebody else, the web shop asks its CDN.');
  const flows = [flow('assistant', 'api.openai.com'), flow('notebook', 'api.deepseek.com'), flow('web', 'cdn.example')];
  file('flows.jsonl', flows.join('\n'));
  const inventory = ['--inventory', 'inventory.db', '--bundle', '{bundle}'];
  run('rdp-inventory', ['import', ...inventory, '--format', 'hubble', 'flows.jsonl']);
  const graph = JSON.parse(run('rdp-inventory', ['export', ...inventory, '--format', 'graph']));
  const node = (id: string) => graph.nodes.find((each: { id: string }) => each.id === id);
  expect('OpenAI is a provider in use', node('provider:openai')?.status === 'observed');
  expect('the other host is shadow AI', node('provider:api.deepseek.com')?.status === 'shadow');
  expect('its reasons name it', node('provider:api.deepseek.com')?.risk.reasons.includes('no surface lists it'));
  expect('the CDN is no news', node('host:cdn.example') === undefined);
  say('What the policy lacks, as a patch:');
  file('inventory.json', run('rdp-inventory', ['export', ...inventory]));
  let patch = '';
  try {
    run('rdpc', ['drift', '{folder}', '--inventory', 'inventory.json', '--format', 'patch']);
  } catch (error) {
    // drift ends with 1, because there is some
    patch = String((error as { readonly stdout?: unknown }).stdout ?? '');
  }
  say(
    patch
      .split('\n')
      .filter((line) => line.startsWith('+'))
      .map((line) => `    ${line}`)
      .join('\n'),
  );
  expect('it has a rule that watches the host', patch.includes('destination.host == "api.deepseek.com"'));
  expect('it watches and blocks nothing', patch.includes('mode  observe'));
}
