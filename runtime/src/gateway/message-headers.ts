// Headers of a message as they came → headers that go on, and headers as rules read them. What belongs to one connection stays on it
// (RFC 9110, 7.6.1).
//
// INVARIANT: what two servers could read differently is refused: a header twice that may be there once, and line ends in values.

/** Name and value in turn, as Node has them. */
export type RawHeaders = readonly string[];

/** A header; the name in small letters. */
export type Header = readonly [name: string, value: string];

const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that say one thing, so that two of them contradict each other. */
const once: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'transfer-encoding',
  'x-api-key',
  'x-goog-api-key',
  'api-key',
]);

/** Pairs, without the pseudo-headers of HTTP/2. */
export function headerPairs(raw: RawHeaders): readonly Header[] {
  const pairs: Header[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    if (!name.startsWith(':')) pairs.push([name.toLowerCase(), raw[at + 1] ?? '']);
  }
  return pairs;
}

/** The name of a header that is there twice and may not be. */
export function repeatedHeader(headers: readonly Header[]): string | undefined {
  const seen = new Set<string>();
  for (const [name] of headers) {
    if (!once.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

/** What `connection` may name: anything else would be taken out of what rules have read. */
const ofConnections: ReadonlySet<string> = new Set([...hopByHop, 'close', 'trailers', '']);

/** A header that `connection` names and that is not for one connection. */
export function droppedHeader(headers: readonly Header[]): string | undefined {
  return headers
    .filter(([name]) => name === 'connection')
    .flatMap(([, value]) => value.split(','))
    .map((token) => token.trim().toLowerCase())
    .find((token) => !ofConnections.has(token));
}

const methodHeaders: ReadonlySet<string> = new Set(['x-http-method', 'x-http-method-override', 'x-method-override']);

/** A header by which a framework would take a request for one of another method. */
export function otherMethod(headers: readonly Header[], method: string): string | undefined {
  return headers.find(([name, value]) => methodHeaders.has(name) && value.trim().toUpperCase() !== method)?.[0];
}

/** Those for one connection, and those by which a framework would take a request for one of another path. */
const staysHere: ReadonlySet<string> = new Set([...hopByHop, 'x-original-url', 'x-rewrite-url']);

/** Headers without those that are for one connection, and without `others`. */
export function endToEnd(headers: readonly Header[], others: Pick<ReadonlySet<string>, 'has'>): Header[] {
  const named: string[] = [];
  for (const [name, value] of headers)
    if (name === 'connection') named.push(...value.split(',').map((token) => token.trim().toLowerCase()));
  return headers.filter(([name]) => !staysHere.has(name) && !others.has(name) && !named.includes(name));
}

/** As rules read them: values of one name joined as HTTP joins them (RFC 9110, 5.3; cookies RFC 9113, 8.2.3). */
export function joinedHeaders(headers: readonly Header[]): ReadonlyMap<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`);
  }
  return joined;
}

/** The value of a header; empty where it is not there. */
export function headerValue(headers: readonly Header[], wanted: string): string {
  for (const [name, value] of headers) if (name === wanted) return value;
  return '';
}
