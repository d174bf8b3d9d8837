// A policy that looks for given patterns in chat prompts, in force, and what it finds in a text.

import { enforce } from '../ours.ts';

/** What a policy is asked to look for: expressions by number, or kinds of the library. */
export interface Searched {
  /** RE2's syntax; pattern number i is named `p<i>`. */
  readonly expressions?: readonly string[];
  /** Name of a package of the library and what it exports, such as `pii` and `any`. */
  readonly library?: { readonly package: string; readonly pattern: string };
  /** What is done with what was found; nothing: only findings. */
  readonly action?: 'redact';
}

/** A match: number of the expression (or its kind), and where it stands in the text, code points, half-open. */
export interface Span {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** Searches documents that `promptDocument` makes. */
export interface Searcher {
  /** The whole decision, as a server asks for it. */
  readonly decide: (document: Uint8Array) => { readonly action: string };
  readonly spans: (document: Uint8Array) => readonly Span[];
}

/** Where its documents go. */
export const searchEntrypoint = 'bench/search/Chat/request';

/** The text of a policy that looks for patterns. */
export function searchPolicy({ expressions = [], library, action }: Searched): string {
  const patterns = expressions.map((regex, index) => `pattern p${index} = re"${quoted(regex)}"\n`);
  const found = library
    ? `${library.package}.${library.pattern}`
    : expressions.map((_, index) => `p${index}`).join(', ');
  return `package bench.search
${library ? `\nimport std.${library.package}\n` : ''}
surface Chat: llm { providers [] }

${patterns.join('')}
detect Found on Chat.request {
  severity high
  find     ${found} in prompts[*].text
}
${action === 'redact' ? '\ndefend Redacted on Chat.request {\n  when   Found\n  redact Found\n}\n' : ''}`;
}

/** A quote cannot stand in the literal of a pattern. */
function quoted(regex: string): string {
  return regex.replace(/\\.|"/gs, (part) => (part === '"' || part === '\\"' ? '\\x22' : part));
}

/** A searcher for what is asked. */
export async function searcher(searched: Searched): Promise<Searcher> {
  const enforcer = await enforce(searchPolicy(searched));
  return {
    decide: (document) => enforcer.decide(searchEntrypoint, document),
    spans: (document) =>
      (enforcer.decide(searchEntrypoint, document).findings ?? [])
        .flatMap(({ matches }) => matches ?? [])
        .map(({ kind, start, end }) => ({ kind, start, end })),
  };
}

/** A chat request with one prompt of this text. */
export function promptDocument(text: string): Uint8Array {
  const request = {
    provider: 'openai',
    model: 'gpt-5.2',
    client: { workload: 'support', id: 'c-17', ip: '10.1.2.3' },
    prompts: [{ role: 'user', text }],
  };
  return new TextEncoder().encode(JSON.stringify(request));
}
