// Lines of logs, flows and spans, and what they tell of.

import test from 'ava';
import fc from 'fast-check';
import { recordReaders, type RecordForm } from '../../src/sources/index.ts';
import { logTime } from '../../src/sources/log-time.ts';

const read = (form: RecordForm, record: string | object) =>
  recordReaders[form](typeof record === 'string' ? record : JSON.stringify(record));

test('a line of the Combined Log Format is a request and a response', (t) => {
  const line =
    '192.0.2.1 - kim [23/Nov/2026:06:00:00 +0100] "GET /v1/orders?limit=2 HTTP/1.1" 200 12 "https://shop.example/" "curl/8 \\"x\\""';
  const at = Date.parse('2026-11-23T05:00:00Z');
  const client = { ip: '192.0.2.1', subject: 'kim', workload: '' };
  const time = '2026-11-23T05:00:00.000Z';
  t.deepEqual(read('combined', line), [
    {
      kind: 'api',
      event: 'request',
      host: '',
      at,
      document: {
        method: 'GET',
        path: '/v1/orders?limit=2',
        host: '',
        client,
        time,
        headers: { 'user-agent': 'curl/8 \\"x\\"', referer: 'https://shop.example/' },
      },
    },
    {
      kind: 'api',
      event: 'response',
      host: '',
      at,
      document: { method: 'GET', path: '/v1/orders?limit=2', host: '', client, time, status: 200 },
    },
  ]);
});

test('the Common Log Format, and what is no request', (t) => {
  t.is(read('combined', '192.0.2.1 - - [23/Nov/2026:06:00:00 +0000] "GET / HTTP/1.0" 304 -')?.length, 2);
  t.deepEqual(read('combined', '192.0.2.1 - - [23/Nov/2026:06:00:00 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"'), []);
  t.is(read('combined', 'tail: file truncated'), undefined);
});

test("Envoy's default format has the authority, and the last hop that is known", (t) => {
  const line =
    '[2026-11-23T06:00:00.000Z] "POST /v1/payments HTTP/2" 201 - via_upstream - "-" 20 12 3 2 "198.51.100.7, 192.0.2.1" "app/1" "id-1" "api.shop.example:443" "10.0.0.1:80" outbound';
  const [request] = read('envoy', line) ?? [];
  t.like(request, {
    host: 'api.shop.example',
    document: { method: 'POST', path: '/v1/payments', client: { ip: '192.0.2.1' } },
  });
  const plain =
    '[2026-11-23T06:00:00.000Z] "GET / HTTP/1.1" 200 - 0 12 3 2 "192.0.2.1" "app/1" "id-1" "api.shop.example" "10.0.0.1:80"';
  t.like(read('envoy', plain)?.[0], { host: 'api.shop.example' });
});

test('JSON logs by the names that servers use', (t) => {
  const lines = [
    {
      time: '23/Nov/2026:06:00:00 +0000',
      remote_ip: '192.0.2.1',
      request: 'GET /v1/orders HTTP/1.1',
      response: 200,
      agent: 'a',
    },
    {
      start_time: '2026-11-23T06:00:00Z',
      method: 'GET',
      path: '/v1/orders',
      authority: 'api.shop.example',
      response_code: 200,
    },
    {
      time_iso8601: '2026-11-23T06:00:00Z',
      request_method: 'GET',
      request_uri: '/v1/orders',
      status: '200',
      http_host: 'api.shop.example',
    },
    {
      ts: 1795413600.5,
      request: { method: 'GET', uri: '/v1/orders', host: 'api.shop.example', remote_ip: '192.0.2.1' },
      status: 200,
    },
  ];
  for (const line of lines) {
    const [request, response] = read('json', line) ?? [];
    t.like(request, { document: { method: 'GET', path: '/v1/orders' } }, JSON.stringify(line));
    t.like(response, { document: { status: 200 } }, JSON.stringify(line));
  }
  t.is(read('json', '[1]'), undefined);
  t.is(read('json', { message: 'started' }), undefined);
});

test('a flow of Hubble is a connection, unless it is an answer', (t) => {
  const flow = {
    time: '2026-11-23T06:00:00.123Z',
    verdict: 'FORWARDED',
    IP: { source: '10.0.0.1', destination: '192.0.2.9' },
    l4: { TCP: { source_port: 40000, destination_port: 443 } },
    source: { namespace: 'shop', pod_name: 'web-7d-x', workloads: [{ name: 'web', kind: 'Deployment' }] },
    destination: { labels: ['reserved:world'] },
    destination_names: ['API.openai.com.'],
  };
  t.like(read('hubble', { flow, node_name: 'n1' })?.[0], {
    kind: 'net',
    event: 'connection',
    document: {
      source: { workload: 'shop/web', namespace: 'shop', ip: '10.0.0.1' },
      destination: { host: 'api.openai.com', ip: '192.0.2.9', port: 443, workload: '' },
      protocol: 'tcp',
    },
  });
  t.deepEqual(read('hubble', { flow: { ...flow, is_reply: true } }), []);
  t.deepEqual(read('hubble', { flow: { ...flow, verdict: 'DROPPED' } }), []);
  t.is(read('hubble', { lost_events: {} }), undefined);
});

test('flows of clouds', (t) => {
  t.like(
    read(
      'aws-vpc',
      '2 123456789012 eni-0a1b 10.0.0.1 192.0.2.9 40000 443 6 10 840 1795413600 1795413660 ACCEPT OK',
    )?.[0],
    {
      at: 1795413600000,
      document: { source: { ip: '10.0.0.1' }, destination: { ip: '192.0.2.9', port: 443 } },
    },
  );
  t.deepEqual(read('aws-vpc', '2 123456789012 eni-0a1b - - - - - - - 1795413600 1795413660 - NODATA'), []);
  t.is(read('aws-vpc', 'nothing of the kind'), undefined);
  const google = {
    jsonPayload: {
      connection: { src_ip: '10.0.0.1', dest_ip: '192.0.2.9', dest_port: 443, protocol: 6 },
      reporter: 'SRC',
      start_time: '2026-11-23T06:00:00Z',
      src_gke_details: { pod: { pod_namespace: 'shop', pod_name: 'web-1', pod_workload: { workload_name: 'web' } } },
    },
  };
  t.like(read('gcp-vpc', google)?.[0], {
    document: { source: { workload: 'shop/web', namespace: 'shop' }, destination: { port: 443 } },
  });
});

test('spans: a call of a model, a request, a connection', (t) => {
  const attribute = (key: string, value: string | number) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  });
  const span = (kind: number, attributes: readonly object[]) => ({
    kind,
    startTimeUnixNano: '1795413600000000000',
    attributes,
  });
  const line = {
    resourceSpans: [
      {
        resource: { attributes: [attribute('service.name', 'assistant'), attribute('k8s.namespace.name', 'shop')] },
        scopeSpans: [
          {
            spans: [
              span(3, [
                attribute('gen_ai.provider.name', 'aws.bedrock'),
                attribute('gen_ai.request.model', 'm'),
                attribute('server.address', 'h'),
              ]),
              span(2, [
                attribute('http.request.method', 'GET'),
                attribute('url.path', '/v1/orders'),
                attribute('url.query', 'a=1'),
                attribute('http.response.status_code', 200),
              ]),
              span(3, [attribute('server.address', 'Partner.example'), attribute('server.port', 443)]),
              span(1, []),
            ],
          },
        ],
      },
    ],
  };
  const events = read('otlp', line) ?? [];
  t.deepEqual(
    events.map(({ kind, event }) => `${kind}.${event}`),
    ['llm.request', 'api.request', 'api.response', 'net.connection'],
  );
  t.like(events[0]?.document, { provider: 'bedrock', model: 'm', client: { workload: 'shop/assistant' } });
  t.like(events[1]?.document, { path: '/v1/orders?a=1' });
  t.like(events[3]?.document, {
    source: { workload: 'shop/assistant', namespace: 'shop' },
    destination: { host: 'partner.example', port: 443 },
  });
});

test('times', (t) => {
  const at = Date.parse('2026-11-23T06:00:00Z');
  for (const text of [
    '2026-11-23T06:00:00Z',
    '23/Nov/2026:07:00:00 +0100',
    '1795413600',
    '1795413600000',
    '1795413600000000',
    '1795413600000000000',
  ])
    t.is(logTime(text), at, text);
  for (const text of ['', 'yesterday', '40/Nov/2026:07:00:00 +0100', '1e400']) t.is(logTime(text), undefined, text);
});

test('no text makes a reader throw', (t) => {
  const forms = Object.keys(recordReaders) as RecordForm[]; // its own names
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.object().map((value) => JSON.stringify({ flow: value, resourceSpans: [value], jsonPayload: value })),
  );
  fc.assert(
    fc.property(fc.constantFrom(...forms), text, (form, line) => {
      const events = recordReaders[form](line);
      t.true(events === undefined || Array.isArray(events));
    }),
    { numRuns: 500 },
  );
});
