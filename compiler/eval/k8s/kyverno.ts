// Kyverno's policy library: what its own tests expect of each rule and resource, asked of the packs of `examples/kyverno`.

import { parse } from 'yaml';
import type { Section } from '../quality/section.ts';
import type { Sets } from '../quality/sets.ts';
import type { Request } from './cluster.ts';
import { kyvernoPolicies } from './kyverno-policies.ts';
import { type Manifest, readManifests } from './manifests.ts';
import { applyText, judgeCases, type LibraryCase } from './policy-library.ts';
import { agreement, disagreements } from './verdict.ts';

/** A row of the set; what else it holds is not looked at. */
interface Expectation {
  readonly dir: string;
  readonly policy: string;
  readonly rule: string;
  readonly kind: string;
  readonly resource: string;
  readonly result: 'pass' | 'fail' | 'skip';
}

type Values = Readonly<Record<string, unknown>>;

interface ValuesFile {
  readonly globalValues?: Values;
  readonly policies?: readonly {
    readonly name: string;
    readonly resources?: readonly { readonly name: string; readonly values?: Values }[];
    readonly rules?: readonly { readonly name: string; readonly values?: Values }[];
  }[];
}

/** A policy's test: its resources, and what it says of the request. */
interface TestFolder {
  readonly resources: readonly Manifest[];
  readonly values: readonly ValuesFile[];
}

/** The figures of the expectations that are there. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const rows = sets.rows('k8s-kyverno', 'expectations.jsonl') as readonly Expectation[]; // the set's MANIFEST.md
  if (rows.length === 0) return [];
  const folders = testFolders(sets);
  const cases = rows.flatMap((row) => {
    const folder = folders.get(row.dir);
    return folder === undefined ? [] : casesOf(row, folder);
  });
  const judged = await judgeCases('kyverno', cases);
  const all = [...judged.values()].flat();
  return [
    {
      title: "Kyverno's library",
      protocol:
        "`k8s-kyverno`: what the library's own tests expect of a rule and a resource. A policy is the pack of its name in `examples/kyverno`; `fail` is " +
        'a denial by the rule that stands for it, `pass` and `skip` are none. Values that a test gives for what a policy looks up become the data ' +
        `documents of the packs. Packs exist for ${kyvernoPolicies.size} policies; those that change or make objects, or ask registries, are none.`,
      figures: [
        agreement('expectations that hold', all, { atLeast: 1 }),
        {
          what: 'policies among the expectations that have a pack',
          value: { kind: 'share', hits: judged.size, total: new Set(cases.map(({ policy }) => policy)).size },
        },
      ],
      details: [
        {
          title: 'By policy',
          figures: [...judged].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([policy, of]) => agreement(policy, of)),
        },
      ],
      tables: disagreements(all),
    },
  ];
}

function testFolders(sets: Sets): ReadonlyMap<string, TestFolder> {
  const folders = new Map<string, { resources: Manifest[]; values: ValuesFile[] }>();
  for (const { path, text } of sets.texts('k8s-kyverno', /\.ya?ml$/)) {
    const dir = /policies\/(.*)\/\.kyverno-test\//.exec(path)?.[1];
    if (dir === undefined) continue;
    const folder = folders.get(dir) ?? { resources: [], values: [] };
    folders.set(dir, folder);
    if (/^kind: Values$/m.test(text)) folder.values.push(parse(text) as ValuesFile);
    else folder.resources.push(...readManifests(text).objects.filter(({ kind }) => kind !== 'Test'));
  }
  return folders;
}

/** Usually one; a resource may stand in several files with the same name. */
function casesOf(row: Expectation, { resources, values }: TestFolder): readonly LibraryCase[] {
  const policy = kyvernoPolicies.get(row.dir);
  const [namespace, name] = row.resource.includes('/') ? row.resource.split('/') : [undefined, row.resource];
  const objects = resources.filter(
    (object) =>
      object.kind === row.kind &&
      object.metadata?.name === name &&
      (namespace === undefined || (object.metadata.namespace ?? 'default') === namespace),
  );
  const given = valuesOf(values, row);
  const rule = row.rule.replace(/^autogen-(?:cronjob-)?/, '');
  const asked = policy?.rules?.[rule];
  return objects.slice(0, 1).map((object) => ({
    policy: row.dir,
    name: `${row.rule}, ${row.kind} ${row.resource}`,
    denied: row.result === 'fail',
    rules: policy === undefined ? undefined : applyText(`kyverno.${policy.pack}`, policy.settings ?? {}, 0),
    data: { ...emptyData, ...policy?.data?.(given, object) },
    request: requestOf(object, given),
    ...(asked === undefined ? {} : { asked }),
  }));
}

/** What the packs look up, where a test says nothing of it. */
const emptyData: Readonly<Record<string, unknown>> = Object.fromEntries(
  [
    'account-images',
    'dns-names',
    'pod-priorities',
    'pods-per-node',
    'policy-selectors',
    'secret-status',
    'workload-users',
  ].map((name) => [`data/${name}.json`, {}]),
);

function valuesOf(files: readonly ValuesFile[], { policy, rule, resource }: Expectation): Values {
  const merged: Record<string, unknown> = {};
  for (const { globalValues, policies = [] } of files) {
    Object.assign(merged, globalValues);
    for (const of of policies) {
      if (of.name !== policy) continue;
      Object.assign(merged, of.rules?.find(({ name }) => name === rule)?.values);
      Object.assign(merged, of.resources?.find(({ name }) => name === resource)?.values);
    }
  }
  return merged;
}

/** The request that a test is about: a creation in `default` unless it says otherwise. */
function requestOf(object: Manifest, values: Values): Request {
  const operation = String(values['request.operation'] ?? 'CREATE');
  const namespace = String(values['request.namespace'] ?? object.metadata?.namespace ?? 'default');
  // A test does not say what an update changes: everything may be new.
  const old = operation === 'DELETE' ? { oldObject: object } : {};
  return { ...(operation === 'DELETE' ? {} : { object }), ...old, operation, namespace };
}
