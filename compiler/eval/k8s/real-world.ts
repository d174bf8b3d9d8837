// Manifests that people use: whether each is read, and how many objects each pack denies. There are no labels: a share that changes
// has to be explained.

import type { Section } from '../quality/section.ts';
import type { Sets } from '../quality/sets.ts';
import { createCluster } from './cluster.ts';
import { libraryPacks } from './library-packs.ts';
import { readManifests } from './manifests.ts';
import { verdictOf } from './verdict.ts';

/** The figures of the manifests that are there. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const files = sets
    .texts('k8s-realworld', /\.(?:ya?ml|json)$/)
    .map(({ path, text }) => ({ path, ...readManifests(text) }));
  if (files.length === 0) return [];
  const faults = files.flatMap(({ path, faults: [fault] }) => (fault === undefined ? [] : [[path, fault]]));
  const objects = files.flatMap(({ path, objects: of }) => of.map((object) => ({ path, object })));
  const unread = new Map<string, string>();
  const shares = [];
  for (const { name, imports, rules } of libraryPacks) {
    const cluster = await createCluster(rules, { imports });
    let denied = 0;
    for (const [index, { path, object }] of objects.entries()) {
      const verdict = verdictOf(cluster.decide({ object }));
      if (verdict.kind === 'denied') denied++;
      if (verdict.kind === 'unread') unread.set(`${path} ${object.kind} (${index})`, verdict.why);
    }
    cluster.close();
    shares.push({ what: `\`${name}\` denies`, value: { kind: 'share', hits: denied, total: objects.length } as const });
  }
  const faulty = [...faults, ...[...unread].map(([what, why]) => [what, why])];
  return [
    {
      title: 'Manifests that people use',
      protocol:
        '`k8s-realworld`: kubernetes/examples and kube-prometheus as they are shipped. Each file has to be read as YAML, and each object by ' +
        'every pack. What a pack denies is no error: examples name no digests, and a node exporter needs its node. ' +
        'Denials by the baseline, secrets, services, networks, roles and paths of nodes were looked at one by one: each is what its rule is about.',
      figures: [
        {
          what: 'files read',
          value: { kind: 'share', hits: files.length - faults.length, total: files.length },
          wanted: { atLeast: 1 },
        },
        {
          what: 'objects read by every pack',
          value: { kind: 'share', hits: objects.length - unread.size, total: objects.length },
          wanted: { atLeast: 1 },
        },
      ],
      details: [{ title: 'Objects denied, by pack', figures: shares }],
      ...(faulty.length === 0 ? {} : { tables: [{ title: 'Not read', head: ['what', 'why'], rows: faulty }] }),
    },
  ];
}
