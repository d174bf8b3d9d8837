// Kubernetes' own fixtures for its Pod Security Standards, each level and version with the pack of that level and version.

import type { Section } from '../quality/section.ts';
import type { Sets } from '../quality/sets.ts';
import { createCluster } from './cluster.ts';
import { readManifests } from './manifests.ts';
import { agreement, disagreements, type Judged, verdictOf } from './verdict.ts';

const path = /(?:^|\/)(baseline|restricted)\/v1\.(\d+)\/(pass|fail)\/([^/]+)\.ya?ml$/;

/** The figures of the fixtures that are there. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const fixtures = sets.texts('k8s-pss', path).map((file) => {
    const [, level = '', minor = '', expected = '', name = ''] = path.exec(file.path) ?? [];
    return { level, minor: Number(minor), denied: expected === 'fail', name, text: file.text };
  });
  if (fixtures.length === 0) return [];
  const judged: { readonly group: string; readonly cases: readonly Judged[] }[] = [];
  for (const group of [...new Set(fixtures.map(({ level, minor }) => `${level} 1.${minor}`))].toSorted()) {
    const members = fixtures.filter(({ level, minor }) => `${level} 1.${minor}` === group);
    const [{ level = '', minor = 0 } = {}] = members;
    judged.push({ group, cases: await judge(level, minor, members, group) });
  }
  const all = judged.flatMap(({ cases }) => cases);
  const newest = Math.max(...fixtures.map(({ minor }) => minor));
  const subsumed = await judge(
    'restricted',
    newest,
    fixtures.filter(({ level, minor, denied }) => level === 'baseline' && denied && minor === newest),
    `restricted 1.${newest}, fixture of the baseline`,
  );
  return [
    {
      title: 'Pod Security Standards',
      protocol:
        '`k8s-pss`: the fixtures of Kubernetes (`pod-security-admission`), pods that have to pass or fail a level of a version. Each is ' +
        'judged by `pod_security.baseline` or `pod_security.restricted` with `minor` set to the version.',
      figures: [
        agreement('pods judged as Kubernetes judges them', all, { atLeast: 1 }),
        agreement(`pods that fail the baseline of 1.${newest} and fail its restricted level`, subsumed, { atLeast: 1 }),
      ],
      details: [{ title: 'By level and version', figures: judged.map(({ group, cases }) => agreement(group, cases)) }],
      tables: disagreements([...all, ...subsumed]),
    },
  ];
}

async function judge(
  level: string,
  minor: number,
  fixtures: readonly { readonly name: string; readonly denied: boolean; readonly text: string }[],
  group: string,
): Promise<readonly Judged[]> {
  const cluster = await createCluster(`apply pod_security.${level} to Cluster { minor ${minor} }`, {
    imports: ['std.k8s.pod_security'],
  });
  try {
    return fixtures.flatMap(({ name, denied, text }) =>
      readManifests(text).objects.map((object) => ({
        name: `${group}: ${name}`,
        denied,
        verdict: verdictOf(cluster.decide({ object })),
      })),
    );
  } finally {
    cluster.close();
  }
}
