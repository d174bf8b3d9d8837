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
  /** Settings of the surface: which objects the policy is asked about. */
  readonly surface?: string;
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
  const open = new Map<string, Opened>();
  for (const { policy, name, denied, rules, surface = '', data, request, asked } of cases) {
    if (rules === undefined) continue;
    const key = JSON.stringify([rules, surface, data]);
    const opened = open.get(key) ?? (await openCluster(rules, { imports: [folder], files, data, surface }));
    open.set(key, opened);
    const verdict = verdictBy(decidedBy(opened, request), asked);
    judged.set(policy, [...(judged.get(policy) ?? []), { name: `${policy}: ${name}`, denied, verdict }]);
  }
  for (const opened of open.values()) if (opened.kind === 'cluster') opened.cluster.close();
  return judged;
}

/** A cluster, or why settings that come from elsewhere are no policy. */
type Opened =
  { readonly kind: 'cluster'; readonly cluster: Cluster } | { readonly kind: 'fault'; readonly why: string };

async function openCluster(rules: string, options: Parameters<typeof createCluster>[1]): Promise<Opened> {
  try {
    return { kind: 'cluster', cluster: await createCluster(rules, options) };
  } catch (error) {
    return { kind: 'fault', why: error instanceof Error ? error.message : String(error) };
  }
}

function decidedBy(opened: Opened, request: Request | undefined): Verdict {
  if (opened.kind === 'fault') return { kind: 'unread', why: opened.why };
  return request === undefined ? { kind: 'admitted' } : verdictOf(opened.cluster.decide(request));
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
