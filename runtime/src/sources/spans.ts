// OpenTelemetry spans as OTLP's JSON → the events that they tell of: calls of models (GenAI conventions), requests that a server took, and
// connections that a client opened.
//
// Sources: OpenTelemetry semantic conventions for HTTP and for generative AI; OTLP 1, JSON encoding.

import { listAt, numberAt, objectOf, parseObject, textAt } from './json.ts';
import { logTime } from './log-time.ts';
import { connectionEvents, exchangeEvents, type SourceEvent } from './source-event.ts';

/** `SpanKind` of OTLP, by number and by name. */
const serverKinds = ['2', 'SPAN_KIND_SERVER'];
const clientKinds = ['3', 'SPAN_KIND_CLIENT'];

/** One `ExportTraceServiceRequest`, as a line of an OTLP file has it. */
export function readSpans(text: string): readonly SourceEvent[] | undefined {
  const request = parseObject(text);
  if (request === undefined || !Array.isArray(request['resourceSpans'])) return undefined;
  return listAt(request, 'resourceSpans').flatMap((resource) => {
    const workload = workloadOf(attributesOf(objectOf(resource)?.['resource']));
    return listAt(resource, 'scopeSpans')
      .flatMap((scope) => listAt(scope, 'spans'))
      .flatMap((span) => spanEvents(span, workload));
  });
}

type Attributes = ReadonlyMap<string, string>;

function spanEvents(span: unknown, workload: string): readonly SourceEvent[] {
  const at = logTime(textAt(span, 'startTimeUnixNano'));
  if (at === undefined) return [];
  const has = attributesOf(span);
  const first = (...names: readonly string[]): string =>
    names.map((name) => has.get(name) ?? '').find((text) => text !== '') ?? '';
  const kind = textAt(span, 'kind');
  const host = first('server.address', 'net.peer.name', 'http.host', 'url.domain').toLowerCase();
  const provider = first('gen_ai.provider.name', 'gen_ai.system');
  if (provider !== '')
    return [modelCall({ provider, model: first('gen_ai.request.model', 'gen_ai.response.model'), host, workload, at })];
  const method = first('http.request.method', 'http.method');
  if (serverKinds.includes(kind) && method !== '') {
    const url = first('url.full', 'http.url', 'http.target');
    const path = first('url.path') || url.replace(/^[a-z]+:\/\/[^/]*/i, '') || '/';
    const query = first('url.query');
    return exchangeEvents({
      method,
      target: query === '' ? path : `${path}?${query}`,
      host,
      status: numberAt(
        Object.fromEntries(has),
        has.has('http.response.status_code') ? 'http.response.status_code' : 'http.status_code',
      ),
      ip: first('client.address', 'http.client_ip', 'net.sock.peer.addr'),
      subject: first('enduser.id', 'user.id'),
      workload: '',
      userAgent: first('user_agent.original', 'http.user_agent'),
      referer: '',
      at,
    });
  }
  if (!clientKinds.includes(kind) || host === '') return [];
  const port = Number(first('server.port', 'net.peer.port') || '0');
  return connectionEvents({
    source: { workload, namespace: workload.includes('/') ? (workload.split('/')[0] ?? '') : '', ip: '' },
    destination: { host, ip: first('network.peer.address'), port: Number.isInteger(port) ? port : 0, workload: '' },
    protocol: 'tcp',
    at,
  });
}

/** Names of the conventions that differ from those of the library's providers. */
const providerNames: Readonly<Record<string, string>> = {
  'azure.ai.openai': 'azure',
  az_ai_openai: 'azure',
  'aws.bedrock': 'bedrock',
  aws_bedrock: 'bedrock',
  'gcp.gemini': 'gemini',
  'gcp.vertex_ai': 'gemini',
  'gcp.gen_ai': 'gemini',
  vertex_ai: 'gemini',
  mistral_ai: 'mistral',
  x_ai: 'xai',
};

interface ModelCall {
  readonly provider: string;
  readonly model: string;
  readonly host: string;
  readonly workload: string;
  readonly at: number;
}

/** Spans name no prompts that could be relied on; the event has none. */
function modelCall({ provider, model, host, workload, at }: ModelCall): SourceEvent {
  const name = providerNames[provider] ?? provider;
  const document = { provider: name, model, prompts: [], host, client: { workload }, time: new Date(at).toISOString() };
  return { kind: 'llm', event: 'request', host, at, document };
}

/** `shop/web`, from the resource's conventions. */
function workloadOf(has: Attributes): string {
  const namespace = has.get('k8s.namespace.name') ?? has.get('service.namespace') ?? '';
  const name =
    ['k8s.deployment.name', 'k8s.statefulset.name', 'k8s.daemonset.name', 'k8s.job.name', 'service.name']
      .map((key) => has.get(key) ?? '')
      .find((text) => text !== '') ?? '';
  return namespace === '' || name === '' ? name : `${namespace}/${name}`;
}

function attributesOf(of: unknown): Attributes {
  return new Map(
    listAt(of, 'attributes').map((attribute) => {
      const value = objectOf(objectOf(attribute)?.['value']) ?? {};
      return [textAt(attribute, 'key'), textAt(value, 'stringValue') || textAt(value, 'intValue')];
    }),
  );
}
