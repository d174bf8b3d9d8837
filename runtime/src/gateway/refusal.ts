// A refusal → the response in which the client's SDK finds it: in the words of the provider that it thinks it talks to, or for anybody else
// as the gateway says it.
//
// INVARIANT: a refusal has no text of the exchange that it refuses.

import type { ProviderPlan, RefusalShape } from '../contract/index.ts';

/** What a client is told. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A refusal as a response. */
export interface RefusalResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The response that says so. */
export function refusalResponse(refusal: Refusal, speaker: ProviderPlan | undefined): RefusalResponse {
  const shape = speaker?.refusal;
  const own = Object.fromEntries((shape?.headers ?? []).map(({ name, value }) => [name.toLowerCase(), value]));
  return {
    status: refusal.status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...own, ...refusal.headers },
    body: refusalText(refusal, shape),
  };
}

/** What ends a stream that is cut: an event, or a line; nothing where the format has no way to say it. */
export function refusalEvent(
  refusal: Refusal,
  speaker: ProviderPlan | undefined,
  format: 'sse' | 'ndjson' | undefined,
): string {
  const shape = speaker?.refusal;
  const text = refusalText(refusal, shape);
  if (format === 'ndjson') return `${text}\n`;
  if (format !== 'sse') return '';
  return `${shape?.event === undefined ? '' : `event: ${shape.event}\n`}data: ${text}\n\n`;
}

/** JSON on one line. */
function refusalText({ status, message }: Refusal, shape: RefusalShape | undefined): string {
  if (shape === undefined) return JSON.stringify({ error: { message, type: 'policy', code: status } });
  const body: Tree = {};
  put(body, shape.message, message);
  if (shape.status !== undefined) put(body, shape.status, status);
  for (const { path, text } of shape.texts) put(body, path, text);
  return JSON.stringify(body);
}

interface Tree {
  [name: string]: Tree | string | number;
}

/** Puts a value at a JSON Pointer; what is missing of the way is made. */
function put(tree: Tree, pointer: string, value: string | number): void {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop();
  let at = tree;
  for (const name of names) {
    const next = at[name];
    const inner: Tree = typeof next === 'object' ? next : {};
    at[name] = inner;
    at = inner;
  }
  if (last !== undefined) at[last] = value;
}
