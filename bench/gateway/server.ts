// One process of a gateway bench: a gateway with a bundle, or the service behind it. Its port goes to the process that started it. Nothing is
// compiled here: the compiler and what it holds would be in the way of the collector.

import { createServer } from 'node:http';
import { openSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { logLines } from '@rdp/runtime/admission';
import { readGatewayCall, serveGateway } from '@rdp/runtime/gateway';
import { openOutcomes } from '@rdp/runtime/outcomes';

/** `service ANSWER_SIZE`, or `gateway BUNDLE SERVICE`. */
const [what = '', ...words] = process.argv.slice(2);

process.on('disconnect', () => process.exit(0));
// Microseconds of processor time so far, for whoever asks.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
async function gateway(bundle: string, service: string): Promise<number> {
  const call = readGatewayCall([
    `--bundle=${bundle}`,
    '--port=0',
    `--upstream=api.openai.com=${service}`,
    `--upstream=Shop=${service}`,
    '--decision-log-to=/dev/null',
  ]);
  if (call.kind !== 'serve') throw new Error('the gateway takes other options');
  const log = logLines(openSync('/dev/null', 'a'));
  const outcomes = await openOutcomes(call.outcomes, log);
  if (outcomes.kind === 'problem') throw new Error(outcomes.problem.message);
  const outcome = await serveGateway({ ...call.options, workloads: undefined, log, outcomes: outcomes.value });
  if (outcome.kind === 'problem') throw new Error(outcome.problem.message);
  return outcome.value.port;
}

/** A model that answers at once, with as much text as was asked for. */
function answer(size: number): Promise<number> {
  const content = 'The order has left the warehouse and arrives on Thursday. '.repeat(size / 58);
  const body = JSON.stringify({
    id: 'c1',
    object: 'chat.completion',
    model: 'gpt-5.2',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
  });
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
      response.end(body);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)); // it listens on a port
  });
}

const [first = '', second = ''] = words;
process.send?.(what === 'service' ? await answer(Number(first)) : await gateway(first, second));
