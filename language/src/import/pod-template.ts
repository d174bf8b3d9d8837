// The schema of a custom kind → where its objects have the template of the pods that they make, when that is sure: one place, not
// in a list or map, with the shape of Kubernetes' own `PodTemplateSpec` and nothing that it has not.
// What makes several kinds of pods, or lays something over a template of its own, is left out; the pods themselves are covered.

import { isObject, list } from './json-schema.ts';
import type { Json } from './json-schema.ts';

/** Names of the fields that built-in types have. */
export interface PodFields {
  readonly template: ReadonlySet<string>;
  readonly spec: ReadonlySet<string>;
  readonly container: ReadonlySet<string>;
}

/** Objects that a template may stand in: `spec.jobTemplate.spec.template` needs three. */
const deepest = 5;

/** Names of the fields that lead to the one template; undefined when there is none, or more than one. */
export function findPodTemplate(schema: unknown, known: PodFields): readonly string[] | undefined {
  const found: (readonly string[])[] = [];
  const visit = (object: Json, path: readonly string[]): void => {
    for (const [name, member] of Object.entries(propertiesOf(object))) {
      if (!isObject(member)) continue;
      const inner = [...path, name];
      if (isPodTemplate(member, known)) found.push(inner);
      else if (inner.length < deepest) visit(member, inner);
    }
  };
  const { metadata: _, status: __, ...described } = propertiesOf(schema);
  visit({ properties: described }, []);
  return found.length === 1 ? found[0] : undefined;
}

function isPodTemplate(schema: Json, known: PodFields): boolean {
  const { spec } = propertiesOf(schema);
  if (!isObject(spec) || !hasOnly(schema, known.template) || !hasOnly(spec, known.spec)) return false;
  const { containers } = propertiesOf(spec);
  const container = isObject(containers) ? containers['items'] : undefined;
  if (!isObject(container) || !list(spec['required']).includes('containers')) return false;
  const { name, image } = propertiesOf(container);
  return isText(name) && isText(image) && hasOnly(container, known.container);
}

function hasOnly(schema: Json, names: ReadonlySet<string>): boolean {
  return Object.keys(propertiesOf(schema)).every((name) => names.has(name));
}

function isText(schema: unknown): boolean {
  return isObject(schema) && schema['type'] === 'string';
}

function propertiesOf(schema: unknown): Json {
  return isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
}
