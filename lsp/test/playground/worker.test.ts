// The playground's worker without a browser: the bundle is built as the page has it, started where a worker's globals are, and
// asked what a page asks. What needs Node must not have come into it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import type { Decision } from '@rdp/runtime/contract';
import { bundleWorker } from '../../playground/build/build.ts';
import type { Answer, Ask } from '../../playground/protocol.ts';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples');

/** What makes a worker of Node look like one of a browser to what runs in it. */
const asInPage = `
  const { parentPort } = require('node:worker_threads');
  globalThis.self = {
    addEventListener: (_, listener) => parentPort.on('message', (data) => listener({ data })),
    postMessage: (message) => parentPort.postMessage(message),
  };
  for (const name of ['process', 'Buffer', 'setImmediate', 'require', 'module']) globalThis[name] = undefined;
`;

/** Starts the worker; gives a function that asks it. */
function startWorker(text: string): {
  readonly ask: (ask: Omit<Ask, 'id'>) => Promise<Answer>;
  readonly close: () => Promise<unknown>;
} {
  const worker = new Worker(`${asInPage}\n(() => {${text}})();`, { eval: true });
  let id = 0;
  return {
    ask: (ask) =>
      new Promise((resolve, reject) => {
        const listen = (message: Answer | { readonly kind: 'ready' }): void => {
          if ('kind' in message) return;
          worker.off('message', listen);
          resolve(message);
        };
        worker.on('message', listen);
        worker.once('error', reject);
        worker.postMessage({ kind: 'ask', ask: { ...ask, id: ++id } });
      }),
    close: () => worker.terminate(),
  };
}

function filesOf(folder: string, paths: readonly string[]): Ask['files'] {
  return paths.map((path) => [path, readFileSync(join(examples, folder, path), 'utf8')]);
}

test('checks, compiles, decides, tests and writes manifests', async (t) => {
  const { ask, close } = startWorker(await bundleWorker());
  t.teardown(close);
  const starter = filesOf('starter', ['policy.rdp', 'requests/question.json']);
  const input = '{"model":"gpt-5.2","prompts":[{"role":"user","text":"Write to kim@example.org"}]}';

  const decided = await ask({ files: starter, event: 'Chat.request', input, want: 'decision' });
  t.is(decided.fault, undefined);
  t.is(decided.errors, 0);
  const decision = JSON.parse(decided.decision?.text ?? '{}') as Decision; // the worker's
  t.is(decision.edits?.[0]?.text, '[email]');
  t.is(decided.decision?.isInput, true);
  t.true(
    decided.decision?.trace.rules.some(({ name, outcome }) => name === 'PersonalData' && outcome.kind === 'fired'),
  );
  t.is(decided.decision?.trace.rules[0]?.span.file, 'policy.rdp');

  const tested = await ask({ files: starter, event: undefined, input, want: 'tests' });
  t.deepEqual(
    tested.tests?.results.map(({ failures }) => failures),
    [[], [], []],
  );
  const secret = tested.tests?.coverage.find(({ rule }) => rule === 'Secret');
  t.is(secret?.fired, false);
  t.is(secret?.at.file, 'policy.rdp');

  // It has decided as the interpreter has: otherwise that is a fault.
  const shipped = await ask({ files: starter, event: 'Chat.request', input, want: 'module' });
  t.is(shipped.fault, undefined);
  t.true((shipped.compiled?.size ?? 0) > 10_000);
  t.true((shipped.compiled?.decisionTime ?? 0) > 0);

  const yaml = await ask({ files: starter, event: 'Chat.request', input: 'prompts: [', want: 'decision' });
  t.regex(yaml.fault ?? '', /the request cannot be read: it is no YAML/);
  const broken = await ask({ files: [['policy.rdp', 'package p\nrule']], event: undefined, input, want: 'decision' });
  t.true(broken.errors > 0);
  t.is(broken.decision, undefined);

  const k8s = filesOf('k8s', [
    'policy.rdp',
    'packs/ownership.rdp',
    'crd/backup.yaml',
    'requests/host-network-pod.yaml',
    'requests/shop.yaml',
  ]);
  const pod = readFileSync(join(examples, 'k8s', 'requests', 'host-network-pod.yaml'), 'utf8');
  const refused = await ask({ files: k8s, event: 'Cluster.admission', input: pod, want: 'decision' });
  t.is((JSON.parse(refused.decision?.text ?? '{}') as Decision).action, 'block'); // the worker's
  const { manifests, fault } = await ask({ files: k8s, event: undefined, input: pod, want: 'manifests' });
  t.is(fault, undefined);
  t.true(manifests?.files.some(([path, text]) => path.endsWith('.yaml') && text.includes('ValidatingAdmissionPolicy')));
  t.true(manifests?.rules.some(({ status }) => status === 'enforced'));
});
