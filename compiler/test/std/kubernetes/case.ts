// Cases for the library's packs, and the objects that they are made of.

/** An object, or an admission request about one. */
export type Subject = Readonly<Record<string, unknown>>;

/** Objects that a rule of a pack denies or reports, and objects that it leaves alone. */
export interface RuleCases {
  readonly denied: readonly Subject[];
  readonly admitted: readonly Subject[];
}

/** A pack with the settings between the braces of `apply`, and cases for each of its rules. */
export interface PackCases {
  /** `pod_security.baseline` */
  readonly pack: string;
  readonly settings?: string;
  readonly rules: Readonly<Record<string, RuleCases>>;
}

/** An object of a kind; `rest` is what stands beside its metadata. */
export function thing(apiVersion: string, kind: string, rest: Subject = {}, metadata: Subject = {}): Subject {
  return { apiVersion, kind, metadata: { name: 'it', ...metadata }, ...rest };
}

/** A pod of one container, with more in its spec. */
export function pod(spec: Subject = {}, metadata: Subject = {}): Subject {
  return thing('v1', 'Pod', { spec: { containers: [web()], ...spec } }, metadata);
}

/** A pod whose only container has more. */
export function podOf(container: Subject, spec: Subject = {}): Subject {
  return pod({ containers: [web(container)], ...spec });
}

/** A container. */
export function web(more: Subject = {}): Subject {
  return { name: 'web', image: `registry.example/web:1@sha256:${'0'.repeat(64)}`, ...more };
}

/** A deployment of a pod. */
export function deployment(spec: Subject, of: Subject = pod()): Subject {
  return thing('apps/v1', 'Deployment', { spec: { selector: {}, template: { spec: of['spec'] }, ...spec } });
}
