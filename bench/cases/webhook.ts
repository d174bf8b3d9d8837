// Goal 13: an admission webhook against one of node:http or node:https, JSON.parse and npm's opa-wasm with the equal policy in Rego. Each
// server has a process of its own and answers eight connections; the client is a third process, so that a figure is what a server
// manages and not what the client costs. Over TLS both sides also pay for the decryption, which is the same.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../../compiler/test/admission/make-certificate.ts';
import { summarise, type BenchCase, type Measured, type Pair } from '../protocol.ts';
import { startWebhook, type Scheme, type WebhookClient } from '../webhook/client.ts';
import { admission } from './subjects.ts';

const sizes = [
  { label: '10 KB', size: 10_240, threshold: 5 },
  { label: '100 KB', size: 102_400, threshold: 12 },
] as const;

/** Reviews of one call that is timed. */
const burst = 64;

/** Goal 13, reviews in a time. */
export const webhookCases: readonly BenchCase[] = (['http', 'https'] as const).flatMap((scheme) =>
  sizes.map(({ label, size, threshold }): BenchCase => ({
    goal: 13,
    name: `webhook ${label}, ${scheme}`,
    peer: `node:${scheme}, JSON.parse, opa-wasm`,
    threshold,
    direction: 'times-faster',
    prepare: () => prepare(scheme, size),
  })),
);

async function prepare(scheme: Scheme, size: number): Promise<Pair> {
  const { ours, peer } = await startBoth(scheme);
  const document = admission.document(size);
  return {
    ours: () => ours.burst(document, burst),
    peer: () => peer.burst(document, burst),
    agree: async () => {
      for (const side of [ours, peer])
        if (!(await side.allowed(document)) || (await side.allowed(admission.refused)))
          throw new Error('the verdicts of the webhooks differ');
    },
    note: `${burst} reviews over 8 connections`,
  };
}

async function startBoth(scheme: Scheme): Promise<{ readonly ours: WebhookClient; readonly peer: WebhookClient }> {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-webhook-'));
  const keys = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  const issued = createAuthority('bench').issue({ name: 'bench' });
  writeFileSync(keys.certificate, issued.certificate);
  writeFileSync(keys.key, issued.key);
  try {
    return { ours: await startWebhook('ours', scheme, keys), peer: await startWebhook('peer', scheme, keys) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Goal 13, how long the slowest of a hundred reviews takes: the same eight connections, each waiting for its answer. */
export async function measureWaits(): Promise<readonly Measured[]> {
  const rows: Measured[] = [];
  for (const scheme of ['http', 'https'] as const) {
    const { ours, peer } = await startBoth(scheme);
    for (const { label, size } of sizes) {
      const document = admission.document(size);
      const figures = { ours: [] as number[], peer: [] as number[] };
      const round = async (side: WebhookClient, into: number[]): Promise<void> => {
        const waits: number[] = [];
        await side.burst(document, 2000, waits);
        into.push(waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Number.NaN);
      };
      for (let run = 0; run < 11; run++) {
        await round(ours, run === 0 ? [] : figures.ours); // the first warms up
        await round(peer, run === 0 ? [] : figures.peer);
      }
      const bench: BenchCase = {
        goal: 13,
        name: `webhook ${label}, ${scheme}, p99`,
        peer: `node:${scheme}, JSON.parse, opa-wasm`,
        threshold: 0.4,
        direction: 'at-most',
        prepare: () => Promise.reject(new Error('p99')),
      };
      rows.push(summarise(bench, figures.ours, figures.peer));
    }
    ours.stop();
    peer.stop();
  }
  return rows;
}
