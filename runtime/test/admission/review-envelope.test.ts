// The envelope of a review, read from its bytes: the same as JSON.parse reads, or nothing.

import test from 'ava';
import { boundedLine, boundedWarnings } from '../../src/admission/bounded-text.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { readEnvelope } from '../../src/admission/review-envelope.ts';
import { routeOf } from '../../src/admission/review-route.ts';

const request = {
  uid: 'u-1',
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  name: 'wéb "x"',
  namespace: 'shop',
  operation: 'UPDATE',
  userInfo: { username: 'kim}', extra: { a: ['\\"', ']}'] } },
  object: { kind: 'Deployment', uid: 'other', list: [[], {}, '}', -1.5e3, true, null] },
  oldObject: { operation: 'DELETE' },
  dryRun: true,
};
const review = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request };
const bytes = (value: unknown, space?: number): Buffer => Buffer.from(JSON.stringify(value, null, space));

const expected = {
  apiVersion: 'admission.k8s.io/v1',
  reviewKind: 'AdmissionReview',
  uid: 'u-1',
  operation: 'UPDATE',
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'wéb "x"',
};

test('the head tells all but the dry run, the whole tells that, too', (t) => {
  t.like(readEnvelope(bytes(review), 'head'), { ...expected, dryRun: undefined });
  t.like(readEnvelope(bytes(review, 2), 'whole'), { ...expected, dryRun: true });
  const start = readEnvelope(bytes(review), 'head')?.requestStart ?? 0;
  t.is(bytes(review).toString('utf8', start, start + 6), '"uid":');
});

test('members may stand in any order', (t) => {
  const backwards = Object.fromEntries(Object.entries(request).reverse());
  t.like(readEnvelope(bytes({ ...review, extra: [1], request: backwards }), 'head'), { ...expected });
  t.like(readEnvelope(bytes({ request: backwards, kind: 'AdmissionReview', apiVersion: 'x' }), 'head'), { uid: 'u-1' });
});

test('what can be read in two ways has no envelope', (t) => {
  const text = JSON.stringify(review);
  for (const broken of [
    '',
    '[]',
    'null',
    '{"request":1}',
    '{"kind":"AdmissionReview"}',
    text.replace('"uid":', '"uid":"a","uid":'),
    text.replace('"namespace":', '"namespace":"a","namespace":'),
    text.replace('"request":', '"request":{},"request":'),
    text.replace('"kind":{', '"kind":{},"kind":{'),
    text.replace('"uid":"u-1"', '"uid":7'),
    text.replace('"uid":"u-1"', '"uid":"\\x"'),
    text.slice(0, 60),
  ])
    t.is(readEnvelope(Buffer.from(broken), 'head'), undefined, broken);
  t.is(readEnvelope(Buffer.from('{"request":{"a":'.concat('['.repeat(10_000))), 'head'), undefined);
});

test('every cut of a review is nothing, or the same', (t) => {
  const whole = bytes(review);
  for (let length = 0; length < whole.length; length += 1) {
    const read = readEnvelope(whole.subarray(0, length), 'head');
    if (read !== undefined) t.like(read, expected);
  }
  t.pass();
});

test('addresses say which review is asked for, and how long somebody waits', (t) => {
  t.deepEqual(routeOf('/validate?timeout=10s'), { phase: 'validate', entrypoint: undefined, timeout: 10_000 });
  t.like(routeOf('/mutate/shop/checkout/Cluster/admission?a=b&timeout=500ms'), {
    phase: 'mutate',
    entrypoint: 'shop/checkout/Cluster/admission',
    timeout: 500,
  });
  t.is(routeOf('/validate?timeout=900s')?.timeout, 30_000);
  for (const other of ['/', '/validat', '/validate/', '/validate/a b', '/mutate/%2e']) t.is(routeOf(other), undefined);
});

test('warnings stay within what API servers hand on', (t) => {
  t.is(boundedLine('a\nb\u0000c', 100), 'a b c');
  t.true(Buffer.byteLength(boundedLine('ü'.repeat(300), 256)) <= 256);
  const warnings = boundedWarnings(Array.from({ length: 100 }, (_, index) => `${index} ${'ü'.repeat(200)}`));
  t.true(warnings.every((line) => Buffer.byteLength(line) <= 256));
  t.true(warnings.reduce((size, line) => size + Buffer.byteLength(line), 0) <= 4096);
  t.regex(warnings.at(-1) ?? '', /more warnings/);
  t.deepEqual(boundedWarnings(['a', 'a']), ['a']);
});

test('labels that clients choose are escaped and bounded', (t) => {
  const metrics = createMetrics();
  const counter = metrics.counter('n', 'h', ['a']);
  counter.add(['x"\n\\']);
  for (let index = 0; index < 5000; index += 1) counter.add([`k${index}`]);
  const lines = metrics.render().split('\n');
  t.true(lines.length < 2100);
  t.true(lines.some((line) => line.startsWith('n{a="other"}')));
  t.true(lines.some((line) => line.startsWith('n{a="x\\"')));
});
