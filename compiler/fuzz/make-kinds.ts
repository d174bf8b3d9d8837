// Random policies over events whose documents tell kinds apart: exchanges of documented routes, and tools of listed servers.
// Rules narrow them and read bodies and arguments by the types that the documents give.

import { type ExpressionScope, makeExpression, patternText } from './make-expression.ts';
import { type Closeness, makeObject, objectText } from './make-document.ts';
import type { Random } from './random.ts';
import { makeEvent, type FieldShape, type RecordShape, type Shape } from './shapes.ts';

/** A policy, the documents that it names, and documents to decide on. */
export interface KindPolicy {
  readonly text: string;
  readonly documents: ReadonlyMap<string, unknown>;
  readonly document: (closeness: Closeness) => Uint8Array;
}

interface Kind {
  /** What `is` takes. */
  readonly name: string;
  readonly shape: RecordShape;
  readonly required: boolean;
}

/** A random policy of one of the two forms, in the package `fuzz.p`. */
export function makeKindPolicy(random: Random): KindPolicy {
  return random.pick([requestPolicy, answerPolicy, toolPolicy])(random);
}

const routes = [
  { method: 'post', path: '/a' },
  { method: 'put', path: '/a/{id}' },
  { method: 'put', path: '/a/b' },
  { method: 'post', path: '/{x}/b' },
] as const;
const targets = ['/a', '/a/1', '/a/b', '/c/b', '/c', '/%61?q=1', '/a/%62#f'];
const queries = [
  '?q=1',
  '?q=x',
  '?q=1&f=2.5&s=ab',
  '?q=2&q=3',
  '?f=nan&b=true',
  '?b=1',
  '?s=&q=-7',
  '?%71=7&s=a+b%20c',
];

/** Parameters of every operation, and how a rule reads them. */
const parameters = (
  random: Random,
): { readonly described: readonly unknown[]; readonly values: ExpressionScope['values'] } => {
  const made = (['q integer int', 'f number float', 'b boolean bool', 's string string'] as const).map((row) => {
    const [name = '', type = '', kind = ''] = row.split(' ');
    const how = random.pick(['optional', 'optional', 'default', 'required']);
    const fallback = { integer: 7, number: 1.5, boolean: true, string: 'ab' }[type];
    const schema = { type, ...(how === 'default' ? { default: fallback } : {}) };
    const shape = { kind } as Shape; // a scalar of the rows above
    return {
      described: { name, in: 'query', required: how === 'required', schema },
      value: { text: `params.${name}`, shape: how === 'optional' ? ({ kind: 'optional', of: shape } as const) : shape },
    };
  });
  return { described: made.map(({ described: each }) => each), values: made.map(({ value }) => value) };
};

function requestPolicy(random: Random): KindPolicy {
  const kinds = routes.map((_, i) => makeKind(random, `op${i}`));
  const params = parameters(random);
  const paths: Record<string, Record<string, unknown>> = {};
  routes.forEach(({ method, path }, i) => {
    const kind = kinds[i];
    if (!kind) return;
    const content = { 'application/json': { schema: schemaOf({ kind: 'record', record: kind.shape }) } };
    const requestBody = { required: kind.required, content };
    const operation = { operationId: kind.name, parameters: params.described };
    (paths[path] ??= {})[method] = { ...operation, ...(random.chance(0.9) ? { requestBody } : {}) };
  });
  const scopeOf = ({ shape, required }: Kind): ExpressionScope['values'][number] => ({
    text: 'body',
    shape: required ? { kind: 'record', record: shape } : { kind: 'optional', of: { kind: 'record', record: shape } },
  });
  return {
    text: policyText(random, {
      surface: 'api { openapi "api.yaml" }',
      event: 'request',
      subject: 'route',
      kinds,
      scopeOf,
      more: params.values,
    }),
    documents: new Map([['api.yaml', { openapi: '3.1.0', paths }]]),
    document: (closeness) => makeObject(random, [...exchangePlans(random), ...bodyPlan(random, kinds)], closeness),
  };
}

const statuses = ['200', '404', '2XX', '4XX', 'default'] as const;

function answerPolicy(random: Random): KindPolicy {
  const kinds: Kind[] = [];
  const paths: Record<string, Record<string, unknown>> = {};
  routes.forEach(({ method, path }, i) => {
    const responses: Record<string, unknown> = {};
    for (const status of statuses) {
      if (random.chance(0.5)) continue;
      const kind = { ...makeKind(random, `op${i}.\`${status}\``), required: true };
      if (random.chance(0.8)) {
        kinds.push(kind);
        const content = { 'application/json': { schema: schemaOf({ kind: 'record', record: kind.shape }) } };
        responses[status] = { content };
      } else responses[status] = {};
    }
    (paths[path] ??= {})[method] = { operationId: `op${i}`, responses };
  });
  const wide = random.chance(0.5) ? ['op0', 'op1'] : [];
  const scopeOf = ({ shape }: Kind): ExpressionScope['values'][number] => ({
    text: 'body',
    shape: { kind: 'record', record: shape },
  });
  const subject = { surface: 'api { openapi "api.yaml" }', event: 'response', subject: 'route', kinds, scopeOf, wide };
  return {
    text: policyText(random, subject),
    documents: new Map([['api.yaml', { openapi: '3.1.0', paths }]]),
    document: (closeness) => {
      const status = random.pick(['200', '201', '404', '403', '500', '99', '-200', '2000']);
      const plans = [...exchangePlans(random), { key: 'status', value: status }, ...bodyPlan(random, kinds)];
      return makeObject(random, plans, closeness);
    },
  };
}

function toolPolicy(random: Random): KindPolicy {
  const servers = ['s', 't'];
  const kinds = servers.flatMap((server) => ['one', 'two'].map((tool) => makeKind(random, `${server}.${tool}`)));
  const schema = (kind: Kind): unknown => schemaOf({ kind: 'record', record: kind.shape });
  const listOf = (server: string): unknown => ({
    tools: kinds
      .filter(({ name }) => name.startsWith(`${server}.`))
      .map((kind) => ({ name: kind.name.slice(2), inputSchema: schema(kind) })),
  });
  const scopeOf = ({ shape }: Kind): ExpressionScope['values'][number] => ({
    text: 'tool.arguments',
    shape: { kind: 'record', record: shape },
  });
  const surface = 'mcp { servers ["s", "t"], tools { s "s.json", t "t.json" } }';
  return {
    text: policyText(random, { surface, event: 'call', subject: 'tool', kinds, scopeOf }),
    documents: new Map(servers.map((server) => [`${server}.json`, listOf(server)])),
    document: (closeness) => {
      const kind = kinds.length > 0 ? random.pick(kinds) : undefined;
      const plans = [
        { key: 'server', value: JSON.stringify(random.pick(['s', 't', 't', 'x'])) },
        { key: 'name', value: JSON.stringify(random.pick(['one', 'two', 'three'])) },
        ...(kind && random.chance(0.9)
          ? [{ key: 'arguments', value: { kind: 'record', record: kind.shape } as const }]
          : []),
      ];
      return makeObject(random, [{ key: 'tool', value: objectText(random, plans, closeness) }], closeness);
    },
  };
}

interface Subject {
  readonly surface: string;
  readonly event: string;
  /** The name that `is` narrows. */
  readonly subject: string;
  readonly kinds: readonly Kind[];
  /** What a rule reads of a kind. */
  readonly scopeOf: (kind: Kind) => ExpressionScope['values'][number];
  /** Kinds that others are within. */
  readonly wide?: readonly string[];
  /** What rules read beside it. */
  readonly more?: ExpressionScope['values'];
}

function policyText(
  random: Random,
  { surface, event, subject, kinds, scopeOf, wide = [], more = [] }: Subject,
): string {
  const rules: string[] = [];
  const count = 1 + random.below(5);
  for (let i = 0; i < count && kinds.length > 0; i++) {
    const kind = random.pick(kinds);
    const scope: ExpressionScope = {
      random,
      values: [scopeOf(kind), ...more],
      records: [],
      rules: [],
      temper: random.chance(0.7) ? 'careful' : 'bold',
      bound: 0,
    };
    const when = `${subject} is ${kind.name} && ${makeExpression(scope, 'bool', 3)}`;
    const text = `${scopeOf(kind).text}.${kind.shape.fields.find(({ shape }) => shape.kind === 'string')?.name ?? ''}`;
    const find = random.chance(0.4) && kind.required && !text.endsWith('.') ? `\n  find word in ${text}` : '';
    rules.push(`detect D${i} on S.${event} {\n  severity low\n  when ${when}${find}\n}`);
  }
  for (const name of wide)
    rules.push(`detect W${name} on S.${event} {\n  severity low\n  when ${subject} is ${name}\n}`);
  if (random.chance(0.5)) rules.push(`defend Last on S.${event} {\n  block "x"\n}`);
  return `package fuzz.p\nsurface S: ${surface}\nset known = ["a", "ab", "é"]\ndata blocked: set<string> from "blocked.json"\n${patternText}${rules.join('\n')}\n`;
}

function exchangePlans(random: Random): readonly { readonly key: string; readonly value: string }[] {
  return [
    { key: 'method', value: random.pick(['"POST"', '"PUT"', '"PUT"', '"GET"']) },
    { key: 'path', value: JSON.stringify(random.pick(targets) + (random.chance(0.6) ? random.pick(queries) : '')) },
  ];
}

/** A body of some kind's shape, whichever route the exchange takes; or none. */
function bodyPlan(random: Random, kinds: readonly Kind[]): readonly { readonly key: string; readonly value: Shape }[] {
  const kind = kinds.length > 0 ? random.pick(kinds) : undefined;
  return kind && random.chance(0.9) ? [{ key: 'body', value: { kind: 'record', record: kind.shape } }] : [];
}

/** A kind of a random shape. */
function makeKind(random: Random, name: string): Kind {
  return { name, shape: describable(makeEvent(random).event), required: random.chance(0.7) };
}

/** The record with types that a JSON Schema can tell, and fields under their own names. */
function describable({ name, fields }: RecordShape): RecordShape {
  return {
    name,
    fields: fields.map((field): FieldShape => {
      const shape = described(field.shape);
      const scalar = ['bool', 'int', 'float', 'string'].includes(shape.kind);
      const presence = field.presence === 'default' && !scalar ? 'optional' : field.presence;
      return { ...field, wire: field.name, shape, presence };
    }),
  };
}

function described(shape: Shape): Shape {
  switch (shape.kind) {
    case 'bytes':
    case 'duration':
      return { kind: 'string' };
    case 'list':
    case 'set':
      return { kind: 'list', of: described(shape.of) };
    case 'map':
      return { kind: 'map', value: described(shape.value) };
    case 'optional':
      return { kind: 'optional', of: described(shape.of) };
    case 'record':
      return { kind: 'record', record: describable(shape.record) };
    default:
      return shape;
  }
}

/** The JSON Schema of a shape. */
function schemaOf(shape: Shape): unknown {
  switch (shape.kind) {
    case 'bool':
      return { type: 'boolean' };
    case 'int':
      return { type: 'integer' };
    case 'uint':
      return { type: 'integer', format: 'uint64' };
    case 'float':
      return { type: 'number' };
    case 'timestamp':
      return { type: 'string', format: 'date-time' };
    case 'list':
      return { type: 'array', items: schemaOf(shape.of) };
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(shape.value) };
    case 'record': {
      const { fields } = shape.record;
      const property = (field: FieldShape): unknown => ({
        ...(schemaOf(field.shape) as object), // every case gives an object
        ...(field.presence === 'default' ? { default: JSON.parse(field.default ?? 'null') as unknown } : {}),
      });
      return {
        type: 'object',
        required: fields.filter(({ presence }) => presence === 'required').map(({ name }) => name),
        properties: Object.fromEntries(fields.map((field) => [field.name, property(field)])),
      };
    }
    case 'dyn':
      return {};
    default:
      return { type: 'string' };
  }
}
