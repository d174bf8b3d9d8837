// `npm run demo`: compiles the checkout example with the real command, loads the bundle with the real runtime, and decides on
// real requests: what a first look should show.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { applyEdits, createEnforcer, fileSource } from '@rdp/runtime';
import type { Decision } from '@rdp/runtime/contract';

const here = fileURLToPath(new URL('.', import.meta.url));
const output = `${here}checkout/dist`;

/** What is decided on: title, event, document. */
const requests = [
  ['A chat request with personal data', 'Chat.request', 'chat-request.json'],
  ['A payment by a blocked client', 'Checkout.request', 'http-request.json'],
  ['A privileged pod', 'Cluster.admission', 'admission-review.json'],
] as const;

const rdpc = `${here}../compiler/bin/rdpc.js`;
console.log('$ rdpc compile examples/checkout -o examples/checkout/dist');
execFileSync(process.execPath, [rdpc, 'compile', `${here}checkout`, '-o', output, '--no-cache'], { stdio: 'inherit' });

const enforcer = createEnforcer({ source: fileSource({ path: `${output}/bundle.tar.gz`, watch: 'never' }) });
const loaded = await enforcer.ready;
if (loaded.kind === 'problem') throw new Error(loaded.problem.message);

for (const [title, event, file] of requests) {
  const document = readFileSync(`${here}checkout/requests/${file}`);
  const decision = enforcer.decide(event, document);
  console.log(`\n${title}  (${event}, examples/checkout/requests/${file})`);
  for (const line of linesOf(decision, document)) console.log(`  ${line}`);
}
enforcer.close();

function linesOf(decision: Decision, document: Uint8Array): readonly string[] {
  const { action, status, message, findings = [], edits = [], because = [], limits = [], records = [] } = decision;
  const edited = edits.length === 0 ? undefined : applyEdits(document, edits);
  return [
    `action    ${action}${status === undefined ? '' : ` ${status}`}${message === undefined ? '' : `: ${message}`}`,
    ...findings.map(
      ({ rule, severity, matches = [] }) =>
        `finding   ${rule} (${severity}) ${matches.map(({ kind, path }) => `${kind} at ${path}`).join(', ')}`,
    ),
    ...limits.map(
      ({ rule, key, unit, amount, window, cost }) =>
        `limit     ${rule}: ${amount} ${unit} in ${window} s for \`${key}\`${cost === undefined ? '' : `, this one costs ${cost}`}`,
    ),
    ...records.map(({ rule, kind, fields }) => `record    ${rule}: ${kind} ${JSON.stringify(fields)}`),
    ...because.map(({ rule, at }) => `because   ${rule} at ${at}`),
    ...(edited === undefined ? [] : [`leaves    ${shorten(new TextDecoder().decode(edited))}`]),
  ];
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
