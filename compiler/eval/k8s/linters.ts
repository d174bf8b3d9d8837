// Fixtures of linters for Kubernetes, by check: whether the rules that ask the same find something where the linter does.

import { isBuiltInKind } from '@rdp/language';
import type { Figure, Section } from '../quality/section.ts';
import type { Sets } from '../quality/sets.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { type LinterCheck, linterChecks } from './linter-checks.ts';
import { applied } from './library-packs.ts';
import { admitted, isManifest, type Manifest, readManifests } from './manifests.ts';
import { agreement, disagreements, type Judged, type Verdict, verdictOf } from './verdict.ts';

/** A fixture: objects, of which one or more is at fault, or none. */
interface Fixture {
  readonly check: string;
  readonly name: string;
  readonly denied: boolean;
  readonly objects: readonly Manifest[];
}

/** A row of kubescape's; what else it holds is not looked at. */
interface Row {
  readonly rule: string;
  readonly test: string;
  readonly fail: boolean;
  readonly input: readonly unknown[];
}

/** The figures of the fixtures that are there. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const fixtures = { polaris: polaris(sets), 'kube-linter': kubeLinter(sets), kubescape: kubescape(sets) };
  if (Object.values(fixtures).every((of) => of.length === 0)) return [];
  const clusters = new Map<string, Cluster>();
  const judged: { readonly check: LinterCheck; readonly cases: readonly Judged[] }[] = [];
  for (const check of linterChecks) {
    const own = fixtures[check.linter].filter((fixture) => fixture.check === check.check);
    if (own.length === 0) continue;
    const { imports, rules } = applied(check.pack, check.settings);
    const cluster = clusters.get(rules) ?? (await createCluster(rules, { imports }));
    clusters.set(rules, cluster);
    judged.push({ check, cases: own.map((fixture) => judge(cluster, check, fixture)) });
  }
  for (const cluster of clusters.values()) cluster.close();
  const all = judged.flatMap(({ cases }) => cases);
  const covered = (linter: LinterCheck['linter']): Figure => {
    const names = new Set(fixtures[linter].map(({ check }) => check));
    const of = new Set(judged.filter(({ check }) => check.linter === linter).map(({ check }) => check.check));
    return {
      what: `checks of ${linter} that the library has`,
      value: { kind: 'share', hits: of.size, total: names.size },
    };
  };
  return [
    {
      title: 'Checks of linters',
      protocol:
        '`k8s-linters`: fixtures of Polaris, kube-linter and kubescape. For each check that the library has, a fixture has to be denied by the rules that ' +
        'the check is, or by none of them. Objects of kinds that are not Kubernetes’ own are left out, and files of kube-linter that have no labels. ' +
        'Checks that the library has not need other objects or parts of the cluster, or are opinions that it does not share. Where verdicts ' +
        'differ, the linter has a threshold of its own, knows exceptions by name, counts references to secrets as secrets, or was given an object ' +
        'that no API server takes.',
      figures: [
        agreement('fixtures judged as the linter judges them', all),
        covered('polaris'),
        covered('kube-linter'),
        covered('kubescape'),
      ],
      details: [
        {
          title: 'By check',
          figures: judged.map(({ check, cases }) =>
            agreement(`${check.linter} ${check.check}: \`${check.pack}\` ${check.rules.join(', ')}`, cases),
          ),
        },
      ],
      tables: disagreements(all),
    },
  ];
}

function judge(cluster: Cluster, check: LinterCheck, { name, denied, objects }: Fixture): Judged {
  const verdicts = objects.map((object) => ofRules(verdictOf(cluster.decide(requestOf(object))), check.rules));
  const verdict = verdicts.find(({ kind }) => kind === 'unread') ??
    verdicts.find(({ kind }) => kind === 'denied') ?? { kind: 'admitted' as const };
  return { name: `${check.linter} ${check.check}, ${name}`, denied, verdict };
}

/** What `rules` alone say. */
function ofRules(verdict: Verdict, rules: readonly string[]): Verdict {
  if (verdict.kind !== 'denied') return verdict;
  const own = verdict.rules.filter((rule) => rules.includes(rule.slice(rule.lastIndexOf('.') + 1)));
  return own.length === 0 ? { kind: 'admitted' } : { kind: 'denied', rules: own };
}

/** Without a namespace an object goes into `default`. */
function requestOf(object: Manifest): Parameters<Cluster['decide']>[0] {
  return { object, namespace: object.metadata?.namespace ?? 'default' };
}

/** `CHECK/failure….yaml`, `CHECK/success….yaml` */
function polaris(sets: Sets): readonly Fixture[] {
  const path = /polaris\/([^/]+)\/(success|failure)([^/]*)\.ya?ml$/;
  return sets.texts('k8s-linters', path).map((file) => {
    const [, check = '', label = '', name = ''] = path.exec(file.path) ?? [];
    return {
      check,
      name: `${label}${name}`,
      denied: label === 'failure',
      objects: known(readManifests(file.text).objects),
    };
  });
}

/** `CHECK.yml`, whose objects are called `dont-fire…` where nothing is to be found. Files in which none is called so have no labels. */
function kubeLinter(sets: Sets): readonly Fixture[] {
  const path = /kube-linter\/([^/]+)\.ya?ml$/;
  return sets.texts('k8s-linters', path).flatMap((file) => {
    const [, check = ''] = path.exec(file.path) ?? [];
    if (!/name: *dont-?fire/.test(file.text)) return [];
    return known(readManifests(file.text).objects).map((object, index) => {
      const name = object.metadata?.name ?? '';
      return {
        check,
        name: `${index + 1} ${object.kind} ${name}`,
        denied: !/^dont-?fire/.test(name),
        objects: [object],
      };
    });
  });
}

function kubescape(sets: Sets): readonly Fixture[] {
  const rows = sets.rows('k8s-linters', 'kubescape.jsonl') as readonly Row[]; // the set's MANIFEST.md
  return rows.map(({ rule, test, fail, input }) => ({
    check: rule,
    name: test,
    denied: fail,
    objects: known(input.filter(isManifest).map(admitted)),
  }));
}

function known(objects: readonly Manifest[]): readonly Manifest[] {
  return objects.filter(({ apiVersion, kind }) => isBuiltInKind(apiVersion, kind));
}
