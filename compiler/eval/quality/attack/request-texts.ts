// From a recorded HTTP request to the texts in which a policy would look: request target, path, query and its arguments,
// header lines, cookies, body and its fields. What a service would decode is decoded (percent signs up to twice, form fields,
// JSON strings, multipart parts, XML character references), and the text as it was sent stays beside it. Looks for nothing.

import { type FieldText, formFields, jsonTexts, multipartTexts, percentDecoded, xmlTexts } from './decode-fields.ts';

/** An HTTP request as the regression tests of OWASP's Core Rule Set record it. */
export interface RecordedRequest {
  readonly method?: string | null;
  readonly uri?: string | null;
  readonly headers?: Readonly<Record<string, string | number>> | null;
  readonly data?: string | null;
  /** The whole request in base64, where the parts cannot express it. */
  readonly encoded_request?: string | null;
}

/** The texts of `request`, each once, in the order in which they stand in it. */
export function requestTexts(request: RecordedRequest): readonly string[] {
  const whole = request.encoded_request ? rawRequest(request.encoded_request) : request;
  const headers = Object.entries(whole.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? '';
  return everyView([
    ...targetTexts(whole.uri ?? ''),
    ...headers.flatMap(([name, value]) => (name === 'cookie' ? cookieTexts(value) : [`${name}: ${value}`, value])),
    ...(whole.data ? bodyTexts(whole.data, type.toLowerCase()) : []),
  ]);
}

/** The texts of a response that a back end made by sending back the body which the request's JSON asks for. */
export function reflectedTexts(request: RecordedRequest): readonly string[] {
  const data = request.data ?? '';
  try {
    const asked: unknown = JSON.parse(data);
    if (typeof asked !== 'object' || asked === null) return [data];
    if ('encodedBody' in asked && typeof asked.encodedBody === 'string') return [latin1(asked.encodedBody)];
    if ('body' in asked && typeof asked.body === 'string') return [asked.body];
    return [data];
  } catch {
    return [data];
  }
}

function latin1(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}

function rawRequest(base64: string): RecordedRequest {
  const text = latin1(base64);
  const blank = /\r?\n\r?\n/.exec(text);
  const head = blank ? text.slice(0, blank.index) : text;
  const [line = '', ...rest] = head.split(/\r?\n/);
  const [method = '', uri = ''] = line.split(' ');
  const headers = rest.map((each) => {
    const colon = each.indexOf(':');
    return colon < 0 ? ([each, ''] as const) : ([each.slice(0, colon), each.slice(colon + 1).trim()] as const);
  });
  return {
    method,
    uri,
    headers: Object.fromEntries(headers),
    data: blank ? text.slice(blank.index + blank[0].length) : '',
  };
}

function targetTexts(target: string): readonly string[] {
  const mark = target.indexOf('?');
  if (mark < 0) return [target];
  const query = target.slice(mark + 1);
  return [target, target.slice(0, mark), ...formFields(query).flatMap(fieldTexts)];
}

function cookieTexts(header: string): readonly string[] {
  return header.split(/;\s*/).flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [pair] : fieldTexts({ name: pair.slice(0, equals), value: pair.slice(equals + 1) });
  });
}

function bodyTexts(body: string, type: string): readonly string[] {
  if (type.includes('multipart/')) return [body, ...multipartTexts(body).flatMap(fieldTexts)];
  if (type.includes('xml')) return xmlTexts(body);
  const json = /^\s*[[{]/.test(body) ? jsonTexts(body) : [];
  return json.length > 0 ? [body, ...json] : [body, ...formFields(body).flatMap(fieldTexts)];
}

function fieldTexts({ name, value }: FieldText): readonly string[] {
  return value === '' ? [name] : [name, value, `${name}=${value}`];
}

function everyView(texts: readonly string[]): readonly string[] {
  const views = new Set<string>();
  for (const text of texts) {
    const once = percentDecoded(text);
    for (const view of [text, once, percentDecoded(once)]) if (view !== '') views.add(view);
  }
  return [...views];
}
