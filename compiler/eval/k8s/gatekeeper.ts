// Gatekeeper's policy library: the cases of its own tests, each by the packs of `examples/gatekeeper` that its constraint is.

import type { Section } from '../quality/section.ts';
import type { Sets } from '../quality/sets.ts';
import { applicationsOf, templateNames } from './constraints.ts';
import type { Request } from './cluster.ts';
import { inventoryData } from './inventory.ts';
import { admitted, isManifest, type Manifest } from './manifests.ts';
import { applyText, judgeCases, type LibraryCase } from './policy-library.ts';
import { agreement, disagreements } from './verdict.ts';

/** A row of the set; what else it holds is not looked at. */
interface Row {
  readonly dir: string;
  readonly test: string;
  readonly case: string;
  readonly deny: boolean;
  readonly constraint?: {
    readonly spec?: { readonly match?: Match; readonly parameters?: Readonly<Record<string, unknown>> };
  };
  readonly object: Manifest & { readonly request?: Request };
  readonly inventory?: readonly Manifest[];
}

interface Match {
  readonly kinds?: readonly { readonly apiGroups?: readonly string[]; readonly kinds?: readonly string[] }[];
  readonly namespaces?: readonly string[];
  readonly excludedNamespaces?: readonly string[];
  readonly labelSelector?: {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly {
      readonly key: string;
      readonly operator: string;
      readonly values?: readonly string[];
    }[];
  };
}

/** The figures of the cases that are there. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const rows = sets.rows('k8s-gatekeeper', 'cases.jsonl') as readonly Row[]; // the set's MANIFEST.md
  if (rows.length === 0) return [];
  const cases = rows.map(caseOf);
  const judged = await judgeCases('gatekeeper', cases);
  const all = [...judged.values()].flat();
  const policies = [...new Set(cases.map(({ policy }) => policy))];
  return [
    {
      title: "Gatekeeper's library",
      protocol:
        "`k8s-gatekeeper`: the cases of the library's own tests. A constraint becomes applications of the packs in `examples/gatekeeper`, its " +
        'parameters their settings, its `match` settings of the surface (kinds aside: those are the packs’ own). Only whether something is denied counts, not ' +
        'how often. Objects that a case has beside the one that is judged become the data ' +
        `documents of the packs. Packs exist for ${templateNames().length} templates.`,
      figures: [
        agreement('cases judged as the library judges them', all, { atLeast: 1 }),
        {
          what: 'policies with cases that have a pack',
          value: { kind: 'share', hits: judged.size, total: policies.length },
          wanted: { atLeast: 1 },
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

function caseOf(row: Row): LibraryCase {
  const policy = row.dir.slice(row.dir.lastIndexOf('/') + 1);
  const { match, parameters = {} } = row.constraint?.spec ?? {};
  const applications = applicationsOf(policy, parameters ?? {});
  // What a policy says of old versions it says of what was written, not of what a server makes of it.
  const read = policy === 'verifydeprecatedapi' ? (object: Manifest): Manifest => object : admitted;
  const request = requestOf(row.object, read);
  return {
    policy,
    name: `${row.test}, ${row.case}`,
    denied: row.deny,
    rules: applications
      ?.map(({ pack, settings }, index) => applyText(`gatekeeper.${pack}`, settings, index))
      .join('\n'),
    data: inventoryData((row.inventory ?? []).filter(isManifest).map(admitted)),
    surface: surfaceOf(match ?? {}),
    request: isAbout(match, request.object ?? request.oldObject ?? undefined) ? request : undefined,
  };
}

/** A case's object is what is created, or the review of another request. */
function requestOf(object: Row['object'], read: (object: Manifest) => Manifest): Request {
  if (object.kind !== 'AdmissionReview' || object.request === undefined) {
    // Where an object names no namespace, a server puts it into `default`; of objects that have none nobody asks.
    return { object: read(object), namespace: object.metadata?.namespace ?? 'default' };
  }
  const { request } = object;
  const { object: now, oldObject } = request;
  return {
    ...request,
    ...(isManifest(now) ? { object: read(now) } : {}),
    ...(isManifest(oldObject) ? { oldObject: read(oldObject) } : {}),
  };
}

/** Whether the constraint is one on objects of this kind. */
function isAbout(match: Match | undefined, object: Manifest | undefined): boolean {
  const kinds = match?.kinds ?? [];
  if (kinds.length === 0 || object === undefined) return true;
  const [group = ''] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [''];
  const has = (list: readonly string[] | undefined, value: string): boolean =>
    list === undefined || list.includes('*') || list.includes(value);
  return kinds.some((row) => has(row.apiGroups, group) && has(row.kinds, object.kind));
}

/** What else a constraint says of its objects, as settings of a surface. */
function surfaceOf({ namespaces, excludedNamespaces, labelSelector }: Match): string {
  const list = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
  const labels = [
    ...Object.entries(labelSelector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(labelSelector?.matchExpressions ?? []).map(({ key, operator, values = [] }) =>
      operator === 'Exists'
        ? key
        : operator === 'DoesNotExist'
          ? `!${key}`
          : `${key} ${operator.toLowerCase()} (${values.join(', ')})`,
    ),
  ];
  return [
    ...(namespaces === undefined ? [] : [`namespaces ${list(namespaces)}`]),
    ...(excludedNamespaces === undefined ? [] : [`exclude_namespaces ${list(excludedNamespaces)}`]),
    ...(labels.length === 0 ? [] : [`object_labels ${JSON.stringify(labels.join(', '))}`]),
  ].join(', ');
}
