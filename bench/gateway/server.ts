// One process of a gateway bench: the gateway with a policy, the same without rules on what passes, or the service behind both. Its port
// goes to the process that started it.

import { createServer } from 'node:http';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logLines } from '@rdp/runtime/admission';
import { readGatewayCall, serveGateway } from '@rdp/runtime/gateway';
import { openOutcomes } from '@rdp/runtime/outcomes';
import { bundleOf } from '../ours.ts';

const [side = '', service = '', answerSize = '0'] = process.argv.slice(2);

process.on('disconnect', () => process.exit(0));
// Microseconds of processor time so far, for whoever asks.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
/** What people set up first: personal data does not leave, and secrets do not come back. */
const rules = `
detect Pii on Chat.request { severity high find pii.us_ssn, pii.credit_card, pii.email in prompts[*].text }
defend Redact on Chat.request { when Pii redact Pii with "[{kind}]" }
defend Approved on Chat.request { when model not in ["gpt-5.2", "claude-sonnet-5"] block "this model is not approved" }
detect Leak on Chat.response { severity high find pii.us_ssn, pii.credit_card in completions[*].text }
defend Mask on Chat.response { when Leak redact Leak with mask("*") }`;

async function gateway(): Promise<number> {
  const policy = `package bench.gateway
import std.ai
import std.pii
surface Chat: llm { providers [ai.openai] }
surface Other: api { host "other.example" }
defend Never on Other.request { when path.text == "/never" block }
${side === 'with' ? rules : ''}`;
  const folder = mkdtempSync(join(tmpdir(), 'rdp-gateway-bench-'));
  const bundle = join(folder, 'bundle.tar.gz');
  writeFileSync(bundle, bundleOf(policy));
  const call = readGatewayCall([
    `--bundle=${bundle}`,
    '--port=0',
    `--upstream=api.openai.com=${service}`,
    '--decision-log-to=/dev/null',
  ]);
  if (call.kind !== 'serve') throw new Error('the gateway takes other options');
  const log = logLines(openSync('/dev/null', 'a'));
  const outcomes = await openOutcomes(call.outcomes, log);
  if (outcomes.kind === 'problem') throw new Error(outcomes.problem.message);
  const outcome = await serveGateway({ ...call.options, log, outcomes: outcomes.value });
  rmSync(folder, { recursive: true, force: true });
  if (outcome.kind === 'problem') throw new Error(outcome.problem.message);
  return outcome.value.port;
}

/** A model that answers at once, with as much text as was asked for. */
function answer(): Promise<number> {
  const content = 'The order has left the warehouse and arrives on Thursday. '.repeat(Number(answerSize) / 58);
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

process.send?.(side === 'service' ? await answer() : await gateway());
