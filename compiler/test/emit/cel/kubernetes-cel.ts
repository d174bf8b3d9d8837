// CEL as an API server has it, by a second implementation: cel-js with RE2's regular expressions and the functions of Kubernetes that
// generated policies use, and a policy evaluated as the server does it: match conditions, variables made when first asked for,
// validations, messages, annotations. An error is what the server would take for one.

import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from '@bufbuild/re2';

/** What a policy came to. */
export interface PolicyOutcome {
  /** The server asks it about the request, and its match conditions hold. */
  readonly matched: boolean;
  readonly fired: boolean;
  readonly error: string | undefined;
  readonly message: string | undefined;
  readonly audit: Readonly<Record<string, string>>;
  /** Patches of the object. */
  readonly patches: readonly JsonPatch[];
}

/** One operation of RFC 6902. */
export interface JsonPatch {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}

/** The expressions of a policy, as its object has them. */
export interface PolicySpec {
  readonly matchConstraints: {
    readonly resourceRules: readonly {
      readonly apiGroups: readonly string[];
      readonly apiVersions: readonly string[];
      readonly resources: readonly string[];
      readonly operations: readonly string[];
    }[];
  };
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
  readonly variables?: readonly { readonly name: string; readonly expression: string }[];
  readonly validations?: readonly {
    readonly expression: string;
    readonly message: string;
    readonly messageExpression?: string;
  }[];
  readonly auditAnnotations?: readonly { readonly key: string; readonly valueExpression: string }[];
  readonly mutations?: readonly { readonly jsonPatch: { readonly expression: string } }[];
}

const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
  .registerVariable('object', 'dyn')
  .registerVariable('oldObject', 'dyn')
  .registerVariable('request', 'dyn')
  .registerVariable('namespaceObject', 'dyn')
  .registerVariable('variables', 'dyn')
  .registerFunction('string.replace(string, string): string', (text: string, old: string, by: string) =>
    text.replaceAll(old, () => by),
  )
  .registerFunction('string.replace(string, string, int): string', replaceSome)
  .registerFunction('string.charAt(int): string', charAt)
  .registerFunction('string.reverse(): string', (text: string) => [...text].toReversed().join(''))
  .registerFunction('list.max(): dyn', (items: readonly bigint[]) => items.reduce((a, b) => (a > b ? a : b)))
  .registerFunction('list.min(): dyn', (items: readonly bigint[]) => items.reduce((a, b) => (a < b ? a : b)))
  .registerFunction('string.matchesRe2(string): bool', matches)
  .registerFunction('list.flatten(): list<dyn>', (items: readonly unknown[]) => items.flat(1));

function replaceSome(text: string, old: string, by: string, limit: bigint): string {
  const parts = text.split(old);
  const kept = limit < 0n ? parts.length : Number(limit);
  return parts.map((part, i) => (i === 0 ? part : (i <= kept ? by : old) + part)).join('');
}

function charAt(text: string, at: bigint): string {
  const chars = [...text];
  if (at < 0n || at > BigInt(chars.length)) throw new Error('index out of range');
  return chars[Number(at)] ?? '';
}

const patterns = new Map<string, RE2JS>();

/** Whether RE2 finds `pattern` in `text`. */
function matches(text: string, pattern: string): boolean {
  const compiled = patterns.get(pattern) ?? RE2JS.compile(pattern);
  patterns.set(pattern, compiled);
  return compiled.test(text);
}

/** JSON as the server has it: whole numbers are integers. */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, celValue(item)]));
}

type Compiled = (context: Record<string, unknown>) => unknown;

const compiled = new Map<string, Compiled>();

/** The library's own `matches` is JavaScript's and cannot be replaced, and it knows no messages: those are maps here. */
function readable(expression: string): string {
  return expression
    .replaceAll('.matches(', '.matchesRe2(')
    .replaceAll('JSONPatch{op: ', '{"op": ')
    .replaceAll(', path: ', ', "path": ')
    .replaceAll(', value: ', ', "value": ');
}

function run(expression: string, context: Record<string, unknown>): unknown {
  const made = compiled.get(expression) ?? environment.parse(readable(expression));
  compiled.set(expression, made);
  return made(context);
}

/** Whether the server asks a policy about a request. */
export function isAsked({ matchConstraints }: PolicySpec, request: Readonly<Record<string, unknown>>): boolean {
  const { resource, operation, subResource = '' } = request as unknown as RequestHead; // a request of admission
  return matchConstraints.resourceRules.some(
    ({ apiGroups, apiVersions, resources, operations }) =>
      fits(apiGroups, resource.group) &&
      fits(apiVersions, resource.version) &&
      fits(operations, operation) &&
      resources.some((name) => {
        const [first = '', second = ''] = name.split('/');
        const isOwn = first === '*' || first === resource.resource;
        return isOwn && (second === '*' || second === subResource);
      }),
  );
}

interface RequestHead {
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly operation: string;
  readonly subResource?: string;
}

function fits(names: readonly string[], name: string): boolean {
  return names.includes('*') || names.includes(name);
}

const nothing: PolicyOutcome = {
  matched: true,
  fired: false,
  error: undefined,
  message: undefined,
  audit: {},
  patches: [],
};

/** What the policy says about a request: the `request` of an AdmissionReview. */
export function evaluatePolicy(spec: PolicySpec, request: Readonly<Record<string, unknown>>): PolicyOutcome {
  const { object, oldObject, namespaceObject, ...rest } = request;
  const context: Record<string, unknown> = {
    object: celValue(object ?? null),
    oldObject: celValue(oldObject ?? null),
    namespaceObject: celValue(namespaceObject ?? null),
    request: celValue(rest),
  };
  const variables = {};
  for (const { name, expression } of spec.variables ?? []) {
    Object.defineProperty(variables, name, {
      enumerable: true,
      get: () => run(expression, { ...context, variables }),
    });
  }
  const full = { ...context, variables };
  const said = (expression: string): { readonly value?: unknown; readonly error?: string } => {
    try {
      return { value: run(expression, full) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  if (!isAsked(spec, request)) {
    return { ...nothing, matched: false };
  }
  const conditions = (spec.matchConditions ?? []).map(({ expression }) => said(expression));
  if (conditions.some(({ value }) => value === false)) return { ...nothing, matched: false };
  const failed = conditions.find(({ error }) => error !== undefined);
  if (failed?.error !== undefined) return { ...nothing, error: failed.error };
  let outcome: PolicyOutcome = nothing;
  for (const { expression, message, messageExpression } of spec.validations ?? []) {
    const { value, error } = said(expression);
    if (error !== undefined) return { ...nothing, error };
    if (value === true) continue;
    const text = messageExpression === undefined ? undefined : said(messageExpression).value;
    outcome = { ...outcome, fired: true, message: typeof text === 'string' && text.trim() !== '' ? text : message };
  }
  const audit: Record<string, string> = {};
  for (const { key, valueExpression } of spec.auditAnnotations ?? []) {
    const { value, error } = said(valueExpression);
    if (error !== undefined) return { ...nothing, error };
    if (typeof value === 'string' && value !== '') audit[key] = value;
  }
  const patches: JsonPatch[] = [];
  for (const { jsonPatch } of spec.mutations ?? []) {
    const { value, error } = said(jsonPatch.expression);
    if (error !== undefined) return { ...nothing, error };
    patches.push(...(plainValue(value) as JsonPatch[])); // the expression makes nothing else
  }
  return { ...outcome, audit, patches };
}

/** A value of CEL as JSON. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plainValue);
  const entries =
    value instanceof Map ? [...value] : typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
  return entries === undefined ? value : Object.fromEntries(entries.map(([key, item]) => [key, plainValue(item)]));
}
