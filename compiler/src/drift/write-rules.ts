// Things that were seen and that no surface declares → the rules that a policy lacks, as text. Rules only watch (`mode observe`): they
// change what nobody may do only when somebody says so, and nothing here allows anything.
//
// INVARIANT: names that were seen are data. They get into the text as string literals, and into names and comments only as letters,
// digits and the signs that a comment cannot end at.

import type { SurfaceModel } from '@rdp/language';

/** One thing that was seen. */
export interface SeenThing {
  /** `ai.model` */
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly count: number;
  /** Days, `2026-11-23`. */
  readonly first: string;
  readonly last: string;
  /** Some of the callers, by name. */
  readonly names: readonly string[];
  readonly status: 'ghost' | 'shadow';
}

export interface MissingRule {
  readonly name: string;
  readonly text: string;
  /** What it is about, for people: `GET /v1/export`. */
  readonly about: string;
}

/** A rule for each thing that a surface of the package can see; things that none can see are left out. Sorted by name, each once. */
export function missingRules(
  things: readonly SeenThing[],
  surfaces: readonly Pick<SurfaceModel, 'name' | 'kind' | 'events'>[],
): readonly MissingRule[] {
  const rules = things.flatMap((thing) => {
    const shape = shapeOf(thing);
    const surface = surfaces.find(
      ({ kind, events }) => kind === shape?.on && events.some(({ name }) => name === shape.event),
    );
    return shape === undefined || surface === undefined ? [] : [ruleOf(thing, shape, surface.name)];
  });
  const byCondition = [...new Map(rules.map((rule) => [rule.condition, rule])).values()];
  const named = byCondition.map((rule) => {
    const isAlone = byCondition.filter(({ name }) => name === rule.name).length === 1;
    return isAlone ? rule : { ...rule, name: `${rule.name}_${shortHash(rule.condition)}` };
  });
  return named.map(writeRule).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The file that has them. */
export function fileOf(packageName: string, rules: readonly MissingRule[]): string {
  const head = `/// What was seen and is in no document, list or surface of this policy. Each rule watches; to stop what it is about, remove
/// \`mode observe\`; to accept it, declare it where it belongs and remove the rule.
package ${packageName}
`;
  return [head, ...rules.map(({ text }) => text)].join('\n');
}

interface Shape {
  readonly on: string;
  readonly event: string;
  readonly about: string;
  readonly condition: string;
  readonly action: string;
}

function shapeOf({ kind, fields }: SeenThing): Shape | undefined {
  const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
  switch (kind) {
    case 'api.endpoint':
      return {
        on: 'api',
        event: 'request',
        about: `${text('method')} ${text('path')}`,
        condition: `method == ${quoted(text('method'))} && path.template == ${quoted(text('path'))}`,
        action: 'block 404 "there is nothing here"',
      };
    case 'ai.model':
      return {
        on: 'llm',
        event: 'request',
        about: `${text('provider')} ${text('model')}`,
        condition: `provider == ${quoted(text('provider'))} && model == ${quoted(text('model'))}`,
        action: 'block 403 "this model is not approved here"',
      };
    case 'ai.endpoint':
      return {
        on: 'net',
        event: 'connection',
        about: text('host'),
        condition: `destination.host == ${quoted(text('host'))}`,
        action: 'block "this provider of models is not approved here"',
      };
    case 'mcp.server':
      return {
        on: 'mcp',
        event: 'call',
        about: text('name'),
        condition: `tool.server == ${quoted(text('name'))}`,
        action: 'block 403 "this server of tools is not approved here"',
      };
    case 'mcp.tool':
      return {
        on: 'mcp',
        event: 'call',
        about: `${text('server')} ${text('name')}`,
        condition: `tool.server == ${quoted(text('server'))} && tool.name == ${quoted(text('name'))}`,
        action: 'block 403 "this tool is not approved here"',
      };
    default:
      return undefined;
  }
}

interface Draft extends Shape {
  readonly name: string;
  readonly surface: string;
  readonly doc: string;
}

function ruleOf(thing: SeenThing, shape: Shape, surface: string): Draft {
  const { names, count, first, last, status } = thing;
  const who = names.length === 0 ? '' : ` by ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and others' : ''}`;
  const times = count === 1 ? 'once' : `${count} times`;
  const when = first === last ? `on ${first}` : `from ${first} to ${last}`;
  return {
    ...shape,
    surface,
    name: `${status === 'ghost' ? 'Ghost' : 'Shadow'}${camel(shape.about)}`,
    doc: commented(`${shape.about}: seen ${times} ${when}${who}.`),
  };
}

function writeRule({ name, doc, surface, event, condition, action, about }: Draft): MissingRule {
  const text = `/// ${doc}
defend ${name} on ${surface}.${event} {
  mode  observe
  when  ${condition}
  ${action}
}
`;
  return { name, text, about };
}

/** Tells rules apart whose things differ in signs alone. FNV-1a, 32 bits. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** `GET /v1/export` → `GetV1Export`; what has no letters or digits at all is `Unnamed`. */
function camel(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words.map((word) => (word[0] ?? '').toUpperCase() + word.slice(1)).join('');
  return joined === '' ? 'Unnamed' : joined.slice(0, 80);
}

/** A string literal of the language. */
function quoted(text: string): string {
  return JSON.stringify(text.replaceAll(/\p{Surrogate}/gu, '\ufffd')).replaceAll(
    /[{}]/g,
    (brace) => `\\u00${brace === '{' ? '7b' : '7d'}`,
  );
}

/** One line, without what ends one. */
function commented(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 200);
}
