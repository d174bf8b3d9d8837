// Cases of another engine's policy library to verdicts of the packs that say the same: one policy a set of settings, compiled once,
// each case asked as an API server would ask.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '@rdp/language';
import { type Cluster, createCluster, type Request } from './cluster.ts';
import { type Judged, type Verdict, verdictOf } from './verdict.ts';

/** A case, ready to be asked. */
export interface LibraryCase {
  /** The policy that it is a case of. */
  readonly policy: string;
  readonly name: string;
  readonly denied: boolean;
  /** What `apply` statements stand for the policy with its parameters; undefined where no pack says the same. */
  readonly rules: string | undefined;
  /** Data documents, by path. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Undefined where the policy's own conditions leave the object out, so that nothing is asked. */
  readonly request: Request | undefined;
  /** The rule that is asked about, without its pack; all of them where it is not said. */
  readonly asked?: string;
}

/** What came of the cases that have packs, by policy. */
export type Judgements = ReadonlyMap<string, readonly Judged[]>;

/** Judges cases by packs of the package in `examples/FOLDER`, which rules name by the folder's name. */
export async function judgeCases(folder: string, cases: readonly LibraryCase[]): Promise<Judgements> {
  const files = packFiles(folder);
  const judged = new Map<string, Judged[]>();
  const open = new Map<string, Cluster>();
  try {
    for (const { policy, name, denied, rules, data, request, asked } of cases) {
      if (rules === undefined) continue;
      const key = JSON.stringify([rules, data]);
      const cluster = open.get(key) ?? (await createCluster(rules, { imports: [folder], files, data }));
      open.set(key, cluster);
      const verdict =
        request === undefined ? ({ kind: 'admitted' } as const) : verdictBy(verdictOf(cluster.decide(request)), asked);
      judged.set(policy, [...(judged.get(policy) ?? []), { name: `${policy}: ${name}`, denied, verdict }]);
    }
  } finally {
    for (const cluster of open.values()) cluster.close();
  }
  return judged;
}

/** The verdict as far as one rule is concerned. */
function verdictBy(verdict: Verdict, asked: string | undefined): Verdict {
  if (verdict.kind !== 'denied' || asked === undefined) return verdict;
  const rules = verdict.rules.filter((rule) => rule.endsWith(`.${asked}`));
  return rules.length === 0 ? { kind: 'admitted' } : { kind: 'denied', rules };
}

/** The files of an example's packs, without the example's own policy. */
function packFiles(folder: string): readonly SourceFile[] {
  const root = join(import.meta.dirname, '..', '..', '..', 'examples', folder);
  return readdirSync(root)
    .filter((name) => name.endsWith('.rdp') && name !== 'policy.rdp')
    .toSorted()
    .map((name) => ({ path: name, text: readFileSync(join(root, name), 'utf8') }));
}

/** `apply` of a pack with settings, as a policy writes it. `index` keeps applications of one pack apart. */
export function applyText(pack: string, settings: Readonly<Record<string, unknown>>, index: number): string {
  const given = Object.entries(settings).map(([name, value]) => `${name} ${literal(value)}`);
  const alias = `${pack.slice(pack.lastIndexOf('.') + 1)}_${index + 1}`;
  return `apply ${pack} to Cluster as ${alias} { ${given.join(', ')} }`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(String(value));
}
