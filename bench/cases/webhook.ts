// Goal 13: an admission webhook against one of node:http or node:https, JSON.parse and npm's opa-wasm with the equal policy in Rego. Each
// server has a process of its own and answers eight connections; the client is a third process. Over TLS both sides also pay for the
// decryption, which is the same.

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

/** What one server did in a round. */
interface Round {
  /** Nanoseconds of processor time for a review. */
  readonly spent: number;
  /** Nanoseconds that the slowest of a hundred reviews waited. */
  readonly wait: number;
}

const pairsOfServers = 5;
const rounds = 21;

/**
 * Goal 13 by what the servers spend: their processor time for a review, in which neither the client nor other programs are, and how long
 * the slowest of a hundred reviews waits when eight connections ask without a pause. Five pairs of servers, in turn.
 */
export async function measureWebhooks(): Promise<readonly Measured[]> {
  const rows: Measured[] = [];
  for (const scheme of ['http', 'https'] as const) {
    const found = new Map(sizes.map(({ label }) => [label as string, { ours: [] as Round[], peer: [] as Round[] }]));
    for (let pair = 0; pair < pairsOfServers; pair++) {
      const { ours, peer } = await startBoth(scheme);
      for (const { label, size } of sizes) {
        const document = admission.document(size);
        const many = size > 50_000 ? 100 : 300;
        for (const side of [ours, peer]) await side.burst(document, many * 8);
        for (let count = 0; count < rounds; count++) {
          found.get(label)?.ours.push(await round(ours, document, many));
          found.get(label)?.peer.push(await round(peer, document, many));
        }
      }
      ours.stop();
      peer.stop();
    }
    for (const { label, threshold } of sizes) {
      const { ours = [], peer = [] } = found.get(label) ?? {};
      const bench = (what: string, rest: Pick<BenchCase, 'threshold' | 'direction'>): BenchCase => ({
        goal: 13,
        name: `webhook ${label}, ${scheme}, ${what}`,
        peer: `node:${scheme}, JSON.parse, opa-wasm`,
        prepare: () => Promise.reject(new Error(what)),
        ...rest,
      });
      const of = (side: readonly Round[], figure: keyof Round): readonly number[] => side.map((one) => one[figure]);
      rows.push(
        summarise(
          bench('processor time', { threshold, direction: 'times-faster' }),
          of(ours, 'spent'),
          of(peer, 'spent'),
        ),
        summarise(bench('p99', { threshold: 0.4, direction: 'at-most' }), of(ours, 'wait'), of(peer, 'wait')),
      );
    }
  }
  return rows;
}

async function round(side: WebhookClient, document: Uint8Array, many: number): Promise<Round> {
  const before = await side.spent();
  const waits: number[] = [];
  await side.burst(document, many, waits);
  const spent = ((await side.spent()) - before) * 1000;
  const wait = waits.toSorted((a, b) => a - b)[Math.floor(many * 0.99)] ?? Number.NaN;
  return { spent: spent / many, wait };
}
