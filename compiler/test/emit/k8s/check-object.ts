// An emitted object → what an API server would say against it: its schema with unknown fields refused (Ajv), then, on the
// object with defaults filled in, the CEL rules of its definition (an independent implementation of CEL). An object of a kind
// without a schema is a fault itself. Not seen here: what Kubernetes checks in Go alone; the tests with a real server do.

import { Environment } from '@marcbachmann/cel-js';
import { Ajv, type ValidateFunction } from 'ajv';
import { schemaTexts, schemaTypes } from './schemas.generated.ts';
import { writtenSchemas } from './written-schemas.ts';

interface Node {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
}

const ajv = new Ajv({ strict: false, allErrors: true, useDefaults: true, code: { regExp: goExpression() } });
for (const format of [
  'int32',
  'int64',
  'double',
  'byte',
  'date-time',
  'duration',
  'hostname',
  'idn-hostname',
  'ipv4',
  'ipv6',
  'uri',
  'cidr',
]) {
  ajv.addFormat(format, true);
}

const types = Object.fromEntries(Object.entries(schemaTypes).map(([name, text]) => [name, JSON.parse(text) as Node])); // generated as such
const compiled = new Map<string, { readonly schema: Node; readonly validate: ValidateFunction }>();

/** Whether there is a schema for `apiVersion kind`. */
export function isKnownKind(kind: string): boolean {
  return Object.hasOwn(schemaTexts, kind) || Object.hasOwn(writtenSchemas, kind);
}

/** The faults of an object: `place: what`; empty when there are none. */
export function checkObject(object: Readonly<Record<string, unknown>>): readonly string[] {
  const kind = `${String(object['apiVersion'])} ${String(object['kind'])}`;
  if (!isKnownKind(kind)) return [`${kind}: no schema for this kind`];
  const { schema, validate } = compileKind(kind);
  const filled = structuredClone(object);
  if (!validate(filled)) {
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || '/'}: ${message ?? ''} ${JSON.stringify(params)}`,
    );
  }
  return checkRules(schema, filled, '');
}

function compileKind(kind: string): { readonly schema: Node; readonly validate: ValidateFunction } {
  const known = compiled.get(kind);
  if (known !== undefined) return known;
  const text = schemaTexts[kind];
  const schema: Node = text === undefined ? (writtenSchemas[kind] ?? {}) : (JSON.parse(text) as Node); // generated as such
  const made = { schema, validate: ajv.compile({ ...schema, $defs: types }) };
  compiled.set(kind, made);
  return made;
}

function checkRules(schema: Node, value: unknown, at: string): readonly string[] {
  if (schema.$ref !== undefined || value === undefined || value === null) return []; // Kubernetes' own types have no rules
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap(({ rule, message }) =>
    ruleHolds(rule, celValue(schema, value)) ? [] : [`${at || '/'}: ${message || rule}`],
  );
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return own;
    return [...own, ...value.flatMap((item, index) => checkRules(items, item, `${at}/${index}`))];
  }
  if (!isRecord(value)) return own;
  const below = Object.entries(value).flatMap(([key, item]) => {
    const inner = fieldOf(schema, key);
    return inner === undefined ? [] : checkRules(inner, item, `${at}/${key}`);
  });
  return [...own, ...below];
}

function fieldOf(schema: Node, key: string): Node | undefined {
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

const environment = new Environment({ unlistedVariablesAreDyn: true, enableOptionalTypes: true })
  .registerType('kubernetes.URL', URL)
  .registerFunction('url(string): kubernetes.URL', (text: string) => new URL(text))
  .registerFunction('isURL(string): bool', (text: string) => URL.canParse(text))
  .registerFunction('kubernetes.URL.getScheme(): string', (url: URL) => url.protocol.slice(0, -1));

function ruleHolds(rule: string, self: unknown): boolean {
  // The library does not read `has(list[0].field)`.
  const readable = rule.replaceAll(/has\(([^()]*\[\d+\][^()]*)\.(\w+)\)/g, '("$2" in $1)');
  return environment.evaluate(readable, { self }) === true;
}

/** A value as a rule sees it: whole numbers as such, and fields whose names are words of CEL under their escaped names. */
function celValue(schema: Node | undefined, value: unknown): unknown {
  if (typeof value === 'number') return schema?.type === 'number' ? value : BigInt(value);
  if (Array.isArray(value)) return value.map((item) => celValue(schema?.items, item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const inner = celValue(schema === undefined ? undefined : fieldOf(schema, key), item);
      return reserved.has(key) ? [[key, inner] as const, [`__${key}__`, inner] as const] : [[key, inner] as const];
    }),
  );
}

/** Words that CEL keeps for itself; Kubernetes writes fields with such a name between underscores. */
const reserved = new Set([
  'namespace',
  'package',
  'function',
  'import',
  'const',
  'continue',
  'break',
  'as',
  'in',
  'loop',
  'for',
]);

/** Patterns of definitions are Go's: JavaScript writes `\PC` as `\P{C}`, and `^(?i)rest` as `^(?i:rest)`. */
function goExpression(): { (pattern: string, flags: string): RegExp; readonly code: string } {
  const make = (pattern: string, flags: string): RegExp =>
    new RegExp(
      pattern.replaceAll(/\\([pP])([A-Z])/g, String.raw`\$1{$2}`).replace(/^\^\(\?i\)(.*)\$$/, '^(?i:$1)$'),
      flags,
    );
  return Object.assign(make, { code: 'undefined' });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
