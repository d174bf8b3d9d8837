// A line of an access log → the exchange that it tells of. Text: Common and Combined Log Format, and Envoy's default. JSON: nginx, Envoy,
// and what else names the same things.
//
// Sources: Apache HTTP Server, mod_log_config; Envoy, "Access logging", default format string.

import { firstText, numberAt, parseObject, type Json } from './json.ts';
import { logTime } from './log-time.ts';
import { exchangeEvents, type LoggedExchange, type SourceEvent } from './source-event.ts';

const quoted = '"((?:[^"\\\\]|\\\\.)*)"';
const combinedLine = new RegExp(
  `^(\\S+) \\S+ (\\S+) \\[([^\\]]+)\\] ${quoted} (\\d{3}|-) \\S+(?: ${quoted} ${quoted})?`,
);
const envoyLine = new RegExp(
  `^\\[([^\\]]+)\\] ${quoted} (\\d+) \\S+ (?:\\S+ ${quoted} )?(?:\\S+ )*?\\d+ \\d+ \\d+ \\S+ ${quoted} ${quoted} ${quoted} ${quoted} ${quoted}`,
);

/** `192.0.2.1 - kim [23/Nov/2026:06:00:00 +0000] "GET /v1/orders HTTP/1.1" 200 12 "-" "curl/8"` */
export function readCombined(text: string): readonly SourceEvent[] | undefined {
  const match = combinedLine.exec(text);
  if (match === null) return undefined;
  const [, ip = '', subject = '', time = '', request = '', status = '', referer = '', userAgent = ''] = match;
  return exchangeOf({ request, time, ip, subject, status: Number(status), referer, userAgent, host: '' });
}

/** `[2026-11-23T06:00:00.000Z] "GET /v1/orders HTTP/1.1" 200 - 0 12 3 2 "192.0.2.1" "curl/8" "id" "api.shop.example" "10.0.0.1:80"` */
export function readEnvoy(text: string): readonly SourceEvent[] | undefined {
  const match = envoyLine.exec(text);
  if (match === null) return undefined;
  const [, time = '', request = '', status = '', , forwarded = '', userAgent = '', , authority = ''] = match;
  const ip = forwarded === '-' ? '' : (forwarded.split(',').at(-1)?.trim() ?? '');
  return exchangeOf({
    request,
    time,
    ip,
    subject: '',
    status: Number(status),
    referer: '',
    userAgent,
    host: authority,
  });
}

/** A JSON object a line. Names of nginx, Envoy, Caddy and the like; `request` may be an object, or the request line. */
export function readJsonLog(text: string): readonly SourceEvent[] | undefined {
  const line = parseObject(text);
  if (line === undefined) return undefined;
  const inner = typeof line['request'] === 'object' ? (line['request'] as Json) : line; // null has no members to read
  const method = firstText(inner, ['method', 'request_method', 'http_method', 'verb']);
  const target = firstText(inner, ['path', 'request_uri', 'uri', 'url', 'target']);
  const request = firstText(line, ['request', 'request_line']);
  const status = numberAt(line, names(line, ['status', 'response', 'response_code', 'status_code', 'code']));
  return exchangeOf({
    request: method === '' ? request : `${method} ${pathOf(target)} HTTP`,
    time: firstText(line, [
      'time',
      'timestamp',
      '@timestamp',
      'time_iso8601',
      'time_local',
      'start_time',
      'ts',
      'msec',
    ]),
    ip:
      firstText(inner, [
        'remote_addr',
        'remote_ip',
        'client_ip',
        'x_forwarded_for',
        'http_x_forwarded_for',
        'clientip',
      ]).split(',')[0] ?? '',
    subject: firstText(line, ['remote_user', 'user']),
    status,
    referer: firstText(inner, ['http_referer', 'referer', 'referrer']),
    userAgent: firstText(inner, ['http_user_agent', 'user_agent', 'agent']),
    host: firstText(inner, ['authority', 'http_host', 'host', 'server_name', 'hostname']),
  });
}

/** The one of these members that is there. */
function names(line: Json, candidates: readonly string[]): string {
  return candidates.find((name) => line[name] !== undefined && typeof line[name] !== 'object') ?? '';
}

function pathOf(target: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.test(target)
    ? target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/'
    : target;
}

interface Written {
  /** `GET /v1/orders HTTP/1.1` */
  readonly request: string;
  readonly time: string;
  readonly ip: string;
  readonly subject: string;
  readonly status: number | undefined;
  readonly referer: string;
  readonly userAgent: string;
  readonly host: string;
}

/** No events where the request was none that HTTP has: such lines are in every log. */
function exchangeOf({ request, time, status, ...rest }: Written): readonly SourceEvent[] | undefined {
  const at = logTime(time);
  if (at === undefined) return undefined;
  const [, method, target] = /^([A-Za-z][A-Za-z-]*) (\S+)(?: HTTP\S*)?$/.exec(request) ?? [];
  if (method === undefined || target === undefined) return [];
  const none = (text: string): string => (text === '-' ? '' : text);
  const exchange: LoggedExchange = {
    method,
    target,
    host: none(rest.host).toLowerCase().replace(/:\d+$/, ''),
    status: status === undefined || !Number.isInteger(status) ? undefined : status,
    ip: none(rest.ip),
    subject: none(rest.subject),
    workload: '',
    userAgent: none(rest.userAgent),
    referer: none(rest.referer),
    at,
  };
  return exchangeEvents(exchange);
}
