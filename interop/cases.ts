// The requests of the checkout example → documents that every host decides on: each request as it is, and each with every member
// left out or of another type in turn. Then bytes that are no JSON, for hosts that take bytes.
//
// Edits name bytes of the document, so all hosts must see the same bytes. OPA writes its input anew: keys sorted, blanks
// between. So documents have sorted keys, and `textForOpa` is what OPA will make of one.

import { readFileSync } from 'node:fs';

export interface Case {
  readonly name: string;
  /** `Surface.event`. */
  readonly event: string;
  readonly document: unknown;
}

export interface RawCase {
  readonly name: string;
  readonly event: string;
  readonly bytes: Uint8Array;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Every request of the example, and its mutations. */
export function readCases(folder: URL): readonly Case[] {
  const events: Readonly<Record<string, string>> = JSON.parse(readFileSync(new URL('events.json', folder), 'utf8'));
  return Object.entries(events).flatMap(([file, event]) => {
    const document = sortKeys(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    const whole: Case = { name: file, event, document };
    return isObject(document) ? [whole, ...mutations(file, event, document)] : [whole];
  });
}

/** A recorded call of a provider as the exchange that it was, and its mutations: for the second form of an entrypoint. */
export function readExchanges(folder: URL): readonly Case[] {
  const event = 'Chat.request/http';
  const body: unknown = JSON.parse(readFileSync(new URL('anthropic-messages.json', folder), 'utf8'));
  const exchange = { body, client: { workload: 'support-agent' }, host: 'api.anthropic.com', method: 'POST', path: '/v1/messages' };
  const document = sortKeys(exchange);
  if (!isObject(document)) return [];
  const elsewhere = { ...document, host: 'models.example' };
  return [
    { name: 'exchange', event, document },
    { name: 'exchange with an unknown host', event, document: elsewhere },
    ...mutations('exchange', event, document),
  ];
}

/** Bytes that must be malformed for every event of the cases. */
export function rawCases(cases: readonly Case[]): readonly RawCase[] {
  const documents = new Map(cases.toReversed().map(({ event, document }) => [event, JSON.stringify(document)]));
  return [...documents].flatMap(([event, text]) =>
    brokenTexts(text).map(([name, broken]) => ({
      name: `${event} ${name}`,
      event,
      bytes: typeof broken === 'string' ? new TextEncoder().encode(broken) : broken,
    })),
  );
}

/** What OPA hands to a module for a document with sorted keys: the text of a Rego term, with a blank after `:` and `,`. */
export function textForOpa(document: unknown): string {
  if (Array.isArray(document)) return `[${document.map(textForOpa).join(', ')}]`;
  if (!isObject(document)) return JSON.stringify(document);
  const members = Object.entries(document).map(([key, value]) => `${JSON.stringify(key)}: ${textForOpa(value)}`);
  return `{${members.join(', ')}}`;
}

function mutations(file: string, event: string, document: JsonObject): readonly Case[] {
  return Object.keys(document).flatMap((key) => {
    const { [key]: _, ...without } = document;
    return [
      { name: `${file} without ${key}`, event, document: without },
      { name: `${file} with a number as ${key}`, event, document: { ...document, [key]: 7.5 } },
      { name: `${file} with a list as ${key}`, event, document: { ...document, [key]: [{}] } },
      { name: `${file} with null as ${key}`, event, document: { ...document, [key]: null } },
    ];
  });
}

function brokenTexts(text: string): readonly (readonly [string, string | Uint8Array])[] {
  const inside = text.slice(1, -1);
  const bytes = new TextEncoder().encode(text);
  return [
    ['cut off', text.slice(0, -1)],
    ['with something behind it', `${text}]`],
    ['with each key twice', `{${inside},${inside}}`],
    ['with a comma too many', `{${inside},}`],
    ['with a lone surrogate', `{"\\ud800":1,${inside}}`],
    ['with a number that is none', `{"unknown":01,${inside}}`],
    ['nested too deep', `{"unknown":${'['.repeat(600)}${']'.repeat(600)},${inside}}`],
    ['that is no UTF-8', bytes.map((byte, at) => (at === bytes.length - 1 ? 0xff : byte))],
    ['that is empty', ''],
    ['that is a list', `[${text}]`],
  ];
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const members = Object.entries(value).toSorted(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  return Object.fromEntries(members.map(([key, member]) => [key, sortKeys(member)]));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
