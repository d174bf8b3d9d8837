// Goal 12: the gateway with a policy against the same gateway whose policy is about something else. Each has a process of its own, the
// service behind both a third; eight connections ask without a pause. The figure is the processor time of the gateway for an exchange:
// what is left of its requests in a second when it is what everybody waits for.

import { startGateway, startProcess, type GatewayClient } from '../gateway/client.ts';
import { summarise, type BenchCase, type Measured } from '../protocol.ts';

/** Bytes of a request, and of an answer. */
const size = 10_240;
const pairsOfGateways = 3;
const rounds = 15;
const many = 200;

/** Goal 12 as the other cases name it. */
const bench: BenchCase = {
  goal: 12,
  name: 'gateway with policy, 10 KB',
  peer: 'the same gateway without',
  threshold: 0.9,
  direction: 'times-faster',
  prepare: () => Promise.reject(new Error('it is measured by processor time')),
};

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
  const service = await startProcess(['service', '', String(size)]);
  const figures: { readonly ours: number[]; readonly peer: number[] } = { ours: [], peer: [] };
  for (let pair = 0; pair < pairsOfGateways; pair++) {
    const url = `http://127.0.0.1:${service.port}`;
    const ours = await startGateway('with', url);
    const peer = await startGateway('without', url);
    await agree(ours, peer);
    for (const side of [ours, peer]) await side.burst(body, many * 8);
    for (let count = 0; count < rounds; count++) {
      figures.ours.push(await round(ours));
      figures.peer.push(await round(peer));
    }
  }
  return [summarise(bench, figures.ours, figures.peer)];
}

/** Both answer alike; one of them has a policy. */
async function agree(ours: GatewayClient, peer: GatewayClient): Promise<void> {
  const [with_, without] = [await ours.ask(body), await peer.ask(body)].map((answer) => answer.split('\r\n\r\n')[1]);
  if (with_ !== without || !with_?.includes('chat.completion')) throw new Error('the answers of the gateways differ');
  if (!(await ours.ask(refused)).includes('not approved')) throw new Error('the policy is not in force');
  if (!(await ours.ask(personal)).includes('chat.completion')) throw new Error('personal data is not redacted');
}

/** Nanoseconds of processor time for an exchange. */
async function round(side: GatewayClient): Promise<number> {
  const before = await side.spent();
  await side.burst(body, many);
  return (((await side.spent()) - before) * 1000) / many;
}
