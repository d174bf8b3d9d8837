// Manifests made to take nodes over: badPods, whose names say what they take, and kubernetes-goat, which has no labels.

import type { Section } from '../quality/section.ts';
import type { Sets } from '../quality/sets.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { readManifests } from './manifests.ts';
import { agreement, disagreements, type Judged, verdictOf } from './verdict.ts';

/** The figures of the manifests that are there. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const pods = sets.texts('k8s-bad', /badpods\/.*\.ya?ml$/);
  const goat = sets.texts('k8s-bad', /kubernetes-goat\/.*\.ya?ml$/);
  if (pods.length === 0) return [];
  const imports = ['std.k8s.pod_security'];
  const baseline = await createCluster('apply pod_security.baseline to Cluster', { imports });
  const restricted = await createCluster('apply pod_security.restricted to Cluster', { imports });
  const judge = (cluster: Cluster, of: typeof pods, denied: (path: string) => boolean): readonly Judged[] =>
    of.map(({ path, text }) => ({ name: path, denied: denied(path), verdict: worst(cluster, text) }));
  const harmless = (path: string): boolean => path.includes('/nothing-allowed/');
  const byBaseline = judge(baseline, pods, (path) => !harmless(path));
  const byRestricted = judge(restricted, pods, () => true);
  const flagged = judge(baseline, goat, () => true).concat(judge(restricted, goat, () => true));
  baseline.close();
  restricted.close();
  const half = goat.length;
  return [
    {
      title: 'Manifests made to take nodes over',
      protocol:
        '`k8s-bad`: badPods, eight privilege profiles as eight kinds of workload, two manifests each. The profile `nothing-allowed` asks for ' +
        'nothing, and the baseline has to admit it. kubernetes-goat has no labels: what is denied of it is listed. The packs are those of the newest version.',
      figures: [
        agreement(
          'harmful manifests that the baseline denies',
          byBaseline.filter(({ denied }) => denied),
          { atLeast: 1 },
        ),
        agreement(
          'harmless manifests that the baseline admits',
          byBaseline.filter(({ denied }) => !denied),
          { atLeast: 1 },
        ),
        agreement('manifests that the restricted level denies', byRestricted, { atLeast: 1 }),
      ],
      details: [
        {
          title: 'kubernetes-goat',
          figures: [
            agreement('files with an object that the baseline denies', flagged.slice(0, half)),
            agreement('files with an object that the restricted level denies', flagged.slice(half)),
          ],
        },
      ],
      tables: [
        {
          title: 'What of kubernetes-goat is denied',
          head: ['file', 'baseline', 'restricted'],
          rows: goat.map(({ path }, index) => [path, shown(flagged[index]), shown(flagged[half + index])]),
        },
        ...disagreements([...byBaseline, ...byRestricted]),
      ],
    },
  ];
}

/** The rules that deny a file. */
function shown(judged: Judged | undefined): string {
  const verdict = judged?.verdict;
  return verdict?.kind === 'denied' ? verdict.rules.map((rule) => rule.replace(/^.*\./, '')).join(', ') : '';
}

/** What is decided of a file: unread where any object is, denied where any is. */
function worst(cluster: Cluster, text: string): Judged['verdict'] {
  const { objects, faults } = readManifests(text);
  const verdicts = objects.map((object) => verdictOf(cluster.decide({ object })));
  const [fault] = faults;
  if (fault !== undefined) return { kind: 'unread', why: fault };
  return (
    verdicts.find(({ kind }) => kind === 'unread') ??
    verdicts.find(({ kind }) => kind === 'denied') ?? { kind: 'admitted' }
  );
}
