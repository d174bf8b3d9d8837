// Goal 12: the gateway with a policy against the same gateway whose policy is about something else. Each has a process of its own, the
// service behind both a third; eight connections ask without a pause. The figure is the processor time of the gateway for an exchange:
// what is left of its requests in a second when it is what everybody waits for.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway, startProcess, type GatewayClient } from '../gateway/client.ts';
import { policyOf } from '../gateway/policy.ts';
import { bundleOf } from '../ours.ts';
import { summarise, type BenchCase, type Measured } from '../protocol.ts';

/** Bytes of a request, and of an answer. */
const size = 10_240;
const pairsOfGateways = 3;
const rounds = 15;
const many = 200;

/** What is measured: rules that read texts both ways, and rules that read nothing of bodies. */
const kinds = [
  { name: 'gateway, personal data in 10 KB both ways', path: '/api.openai.com/v1/chat/completions' },
  { name: 'gateway, rules on the head, 10 KB both ways', path: '/shop.example/v1/orders' },
] as const;

/** Goal 12 as the other cases name it. */
function benchOf(name: string): BenchCase {
  return {
    goal: 12,
    name,
    peer: 'the same gateway without',
    threshold: 0.9,
    direction: 'times-faster',
    prepare: () => Promise.reject(new Error('it is measured by processor time')),
  };
}

const body = Buffer.from(
  JSON.stringify({
    model: 'gpt-5.2',
    messages: [
      { role: 'system', content: 'You help customers of a shop.' },
      { role: 'user', content: 'Where is my order, and when does it arrive? I was told Thursday. '.repeat(size / 65) },
    ],
  }),
);
const personal = Buffer.from(
  JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'write to kim@example.org' }] }),
);
const refused = Buffer.from(JSON.stringify({ model: 'other', messages: [] }));

/** Measures it. */
export async function measureGateway(): Promise<readonly Measured[]> {
  const service = await startProcess(['service', String(size)]);
  const url = `http://127.0.0.1:${service.port}`;
  const bundles = writeBundles();
  const figures = kinds.map(() => ({ ours: [] as number[], peer: [] as number[] }));
  for (let pair = 0; pair < pairsOfGateways; pair++) {
    const ours = await startGateway(bundles.with, url);
    const peer = await startGateway(bundles.without, url);
    await agree(ours, peer);
    for (const [at, { path }] of kinds.entries()) {
      for (const side of [ours, peer]) await side.burst(path, body, many * 8);
      for (let count = 0; count < rounds; count++) {
        figures[at]?.ours.push(await round(ours, path));
        figures[at]?.peer.push(await round(peer, path));
      }
    }
  }
  return kinds.map(({ name }, at) => summarise(benchOf(name), figures[at]?.ours ?? [], figures[at]?.peer ?? []));
}

/** Files in a folder that goes when this process does. */
function writeBundles(): { readonly with: string; readonly without: string } {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-gateway-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const write = (side: 'with' | 'without'): string => {
    const path = join(folder, `${side}.tar.gz`);
    writeFileSync(path, bundleOf(policyOf(side)));
    return path;
  };
  return { with: write('with'), without: write('without') };
}

/** Both answer alike; one of them has a policy. */
async function agree(ours: GatewayClient, peer: GatewayClient): Promise<void> {
  for (const { path } of kinds) {
    const answers = [await ours.ask(path, body), await peer.ask(path, body)];
    const [with_, without] = answers.map((answer) => answer.split('\r\n\r\n')[1]);
    if (with_ !== without || !with_?.includes('chat.completion')) throw new Error('the answers of the gateways differ');
  }
  const [{ path }] = kinds;
  if (!(await ours.ask(path, refused)).includes('not approved')) throw new Error('the policy is not in force');
  if (!(await ours.ask(path, personal)).includes('chat.completion')) throw new Error('personal data is not redacted');
  if (!(await ours.ask('/shop.example/v1/admin/x', refused)).startsWith('HTTP/1.1 403'))
    throw new Error('the rules on the head are not in force');
}

/** Nanoseconds of processor time for an exchange. */
async function round(side: GatewayClient, path: string): Promise<number> {
  const before = await side.spent();
  await side.burst(path, body, many);
  return (((await side.spent()) - before) * 1000) / many;
}
