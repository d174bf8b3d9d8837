// The rules of an admission entrypoint → which requests they can concern: `rules` of a webhook configuration, `resourceRules` of a
// ValidatingAdmissionPolicy. Every resource that Kubernetes has, and each of the package's custom ones, is asked about with every
// operation; and so is whatever else there may be, apart from the resources and subresources that rules name.
//
// INVARIANT: sound. A well-formed request outside of the scope gets a plain allow. What is inside may get one, too.

import { builtInResources, groupAndVersion } from '@rdp/language';
import type { CoreEntrypoint, CoreRule, UnionType } from '@rdp/language';
import { mayFire, mayHold } from './may-fire.ts';
import { factsOf } from './request-facts.ts';
import type { AdmissionOperation, Subject } from './request-facts.ts';
import { namesIn } from './resource-names.ts';

/** As `rules` and `resourceRules` have it: each combination of a group, a version, a resource and an operation. */
export interface AdmissionRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  /** `pods`, `pods/exec`; with a star for any, `pods/*` among them the pods themselves. */
  readonly resources: readonly string[];
  readonly operations: readonly AdmissionOperation[];
  readonly scope: 'Namespaced' | 'Cluster' | '*';
}

const allOperations: readonly AdmissionOperation[] = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];

/** The requests that some rule of `entrypoint` can concern; none when no rule ever fires. */
export function admissionScope(entrypoint: CoreEntrypoint): readonly AdmissionRule[] {
  return scopeOf(entrypoint, (subject, operation) => concerns(entrypoint, subject, operation));
}

/** The requests for which one of `rules` can fire. */
export function scopeOfRules(entrypoint: CoreEntrypoint, rules: readonly CoreRule[]): readonly AdmissionRule[] {
  return scopeOf(entrypoint, (subject, operation) => {
    const facts = factsOf(subject, operation);
    return rules.some((rule) => mayFire(rule, entrypoint.rules, facts));
  });
}

type Concern = (subject: Subject, operation: AdmissionOperation) => boolean;

function scopeOf(entrypoint: CoreEntrypoint, isConcerned: Concern): readonly AdmissionRule[] {
  const rules: AdmissionRule[] = [];
  // Wide ones come first, so that what they say is not said again.
  for (const subject of [...otherSubjects(entrypoint), ...customSubjects(entrypoint), ...builtInResources()]) {
    const operations = subject.operations.filter(
      (operation) => !rules.some((rule) => covers(rule, subject, operation)) && isConcerned(subject, operation),
    );
    if (operations.length > 0) rules.push(ruleOf(subject, operations));
  }
  return joined(joinedScopes(rules));
}

/** Whether some rule may give anything but an allow. */
function concerns(entrypoint: CoreEntrypoint, subject: Subject, operation: AdmissionOperation): boolean {
  const facts = factsOf(subject, operation);
  if (entrypoint.defaultDeny) return entrypoint.concerns === undefined || mayHold(entrypoint.concerns, facts);
  return entrypoint.rules.some((rule) => mayFire(rule, entrypoint.rules, facts));
}

/** What Kubernetes itself does not have: any resource but those that rules name, and these. */
function otherSubjects({ rules }: CoreEntrypoint): readonly Subject[] {
  const named = namesIn(rules);
  const resources = new Set(named.resources);
  const subresources = new Set([...named.subresources, 'scale']);
  const other = { group: '*', version: '*', operations: allOperations } as const;
  return [undefined, ...resources].flatMap((resource) =>
    [undefined, ...subresources].flatMap((subresource) =>
      (['Namespaced', 'Cluster'] as const).map((scope): Subject => ({
        ...other,
        scope,
        resource: resource ?? { not: resources },
        subresource: subresource ?? { not: subresources },
        // Whatever can be scaled has this kind of object; nothing else has one that Kubernetes knows.
        kind: subresource === 'scale' ? ['autoscaling/v1', 'Scale'] : undefined,
      })),
    ),
  );
}

/** The resources of custom kinds; where a definition does not name them, all of its group and version. */
function customSubjects({ input }: CoreEntrypoint): readonly Subject[] {
  const type = input.fields().get('object')?.type;
  const union: UnionType | undefined = type?.kind === 'union' ? type.union : undefined;
  return (union?.customNames?.() ?? []).flatMap((name): readonly Subject[] => {
    const variant = union?.variant(name);
    if (variant === undefined) return [];
    const [apiVersion = '', kind = ''] = variant.tag;
    const unnamed = {
      ...groupAndVersion(apiVersion),
      resource: { not: new Set<string>() },
      subresource: { not: new Set<string>() },
      kind: [apiVersion, kind],
      operations: allOperations,
    } as const;
    return variant.resources ?? (['Namespaced', 'Cluster'] as const).map((scope) => ({ ...unnamed, scope }));
  });
}

/** `pods/exec`, with a star for what is not named. */
function resourceName({ resource, subresource }: Subject): string {
  const first = typeof resource === 'string' ? resource : '*';
  return subresource === '' ? first : `${first}/${typeof subresource === 'string' ? subresource : '*'}`;
}

function ruleOf(subject: Subject, operations: readonly AdmissionOperation[]): AdmissionRule {
  const { group, version, scope } = subject;
  return { apiGroups: [group], apiVersions: [version], resources: [resourceName(subject)], operations, scope };
}

function covers(rule: AdmissionRule, subject: Subject, operation: AdmissionOperation): boolean {
  const [resource, subresource = ''] = resourceName(subject).split('/');
  const isAny = (known: string | undefined, name: string | undefined): boolean => known === '*' || known === name;
  return (
    isAny(rule.apiGroups[0], subject.group) &&
    isAny(rule.apiVersions[0], subject.version) &&
    (rule.scope === '*' || rule.scope === subject.scope) &&
    rule.operations.includes(operation) &&
    rule.resources.some((name) => {
      const [first, second = ''] = name.split('/');
      return isAny(first, resource) && isAny(second, subresource);
    })
  );
}

/** The same for objects with namespaces and without is one rule. */
function joinedScopes(rules: readonly AdmissionRule[]): readonly AdmissionRule[] {
  const keyOf = ({ apiGroups, apiVersions, resources, operations }: AdmissionRule): string =>
    JSON.stringify([apiGroups, apiVersions, resources, operations]);
  const byKey = groupBy(rules, keyOf);
  return [...byKey.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [others.length > 0 ? { ...first, scope: '*' } : first],
  );
}

/** One rule for the resources of a group, a version and a scope that are asked about with the same operations. */
function joined(rules: readonly AdmissionRule[]): readonly AdmissionRule[] {
  const keyOf = ({ apiGroups, apiVersions, operations, scope }: AdmissionRule): string =>
    JSON.stringify([apiGroups, apiVersions, scope, sorted(operations)]);
  const byKey = groupBy(rules, keyOf);
  return [...byKey.keys()].toSorted().flatMap((key) => {
    const [first, ...others] = byKey.get(key) ?? [];
    if (first === undefined) return [];
    const resources = [...new Set([first, ...others].flatMap((rule) => rule.resources))].toSorted();
    return [{ ...first, resources, operations: sorted(first.operations) }];
  });
}

function sorted(operations: readonly AdmissionOperation[]): readonly AdmissionOperation[] {
  return allOperations.filter((operation) => operations.includes(operation));
}

function groupBy(
  rules: readonly AdmissionRule[],
  keyOf: (rule: AdmissionRule) => string,
): Map<string, AdmissionRule[]> {
  const groups = new Map<string, AdmissionRule[]>();
  for (const rule of rules) groups.set(keyOf(rule), [...(groups.get(keyOf(rule)) ?? []), rule]);
  return groups;
}
