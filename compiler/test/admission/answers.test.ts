// What the admission server answers to reviews over TLS: every way in which a decision ends, and every way in which a request is
// not a review.

import test from 'ava';
import { bundleOf, pod, responseOf, reviewOf, startServer } from './running-server.ts';

test('an ordinary pod is allowed, with the uid of its request and nothing else', async (t) => {
  const { review } = await startServer(t);
  const answer = await review(reviewOf(pod()));
  t.is(answer.status, 200);
  t.deepEqual(JSON.parse(answer.text), {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    response: { uid: '705ab4f5-6393-11e8-b7cc-42010a800002', allowed: true },
  });
});

test('a block says why, with status and reason', async (t) => {
  const { review, logged } = await startServer(t);
  const { allowed, status } = responseOf(await review(reviewOf(pod({}, { securityContext: { privileged: true } }))));
  t.false(allowed);
  t.is(status?.code, 403);
  t.is(status?.reason, 'Forbidden');
  t.is(status?.message, 'privileged containers are not allowed in shop');
  const [entry] = await logged('decision');
  t.like(entry, { verdict: 'refused', operation: 'CREATE', kind: 'Pod', namespace: 'shop', dryRun: false });
});

test('a rule that only warns, warns; a finding goes to the audit log', async (t) => {
  const { review } = await startServer(t);
  const { allowed, warnings, auditAnnotations } = responseOf(
    await review(reviewOf(pod({ hostNetwork: true }, {}, {}))),
  );
  t.true(allowed);
  t.is(warnings?.length, 1);
  t.is(warnings?.[0], 'Owned: a pod needs the label owner');
  t.is(auditAnnotations?.['findings'], 'HostNetwork:high');
  t.is(auditAnnotations?.['observed'], 'Owned:block:warn');
});

test('a change is a JSON Patch where changes are made, and is demanded where they are seen', async (t) => {
  const { review } = await startServer(t);
  const account = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: 'default', namespace: 'shop' } };
  const changed = responseOf(await review(reviewOf(account), { path: '/mutate?timeout=10s' }));
  t.true(changed.allowed, changed.status?.message);
  t.is(changed.patchType, 'JSONPatch');
  t.deepEqual(JSON.parse(Buffer.from(changed.patch ?? '', 'base64').toString()), [
    { op: 'add', path: '/automountServiceAccountToken', value: false },
  ]);
  const unchanged = responseOf(await review(reviewOf(account)));
  t.false(unchanged.allowed);
  t.is(unchanged.status?.code, 422);
  t.true(responseOf(await review(reviewOf({ ...account, automountServiceAccountToken: false }))).allowed);
});

test('what refuses is left to the webhook that sees the object last', async (t) => {
  const { review } = await startServer(t);
  const asked = reviewOf(pod({}, { securityContext: { privileged: true } }));
  t.true(responseOf(await review(asked, { path: '/mutate' })).allowed);
  t.false(responseOf(await review(asked, { path: '/validate/test/cluster/Cluster/admission' })).allowed);
});

test('a deletion is reviewed without an object', async (t) => {
  const { review } = await startServer(t);
  t.true(responseOf(await review(reviewOf(null, { operation: 'DELETE', oldObject: pod() }))).allowed);
});

test('a dry run is decided on like any other, and logged as one', async (t) => {
  const { review, logged } = await startServer(t);
  const refused = reviewOf(pod({}, { securityContext: { privileged: true } }), { dryRun: true });
  t.false(responseOf(await review(refused)).allowed);
  t.true((await logged('decision'))[0]?.['dryRun']);
});

test('without a bundle all is refused but in exempt namespaces', async (t) => {
  const { review, health } = await startServer(t, { bundle: undefined });
  const refused = responseOf(await review(reviewOf(pod())));
  t.false(refused.allowed);
  t.is(refused.status?.code, 503);
  const spared = responseOf(await review(reviewOf(pod(), { namespace: 'kube-system' })));
  t.true(spared.allowed);
  t.is(spared.auditAnnotations?.['not-enforced'], 'bundle_unavailable');
  t.is((await health('/readyz')).status, 503);
  t.is((await health('/livez')).status, 200);
});

test('the failure policy opens for failures and for nothing else', async (t) => {
  const policy = { failure: 'ignore', exempt: new Set<string>() } as const;
  const without = await startServer(t, { bundle: undefined, policy });
  t.true(responseOf(await without.review(reviewOf(pod()))).allowed);
  const { review } = await startServer(t, { policy });
  t.false(responseOf(await review(reviewOf(pod({}, { securityContext: { privileged: true } })))).allowed);
  t.false(responseOf(await review(JSON.stringify(reviewOf(pod())).slice(0, -40))).allowed);
});

test('a bundle without rules on admission refuses', async (t) => {
  const bundle = bundleOf(
    'package test.chat\nsurface Chat: llm {}\ndefend Short on Chat.request { when model == "" block "no" }\n',
  );
  const { review } = await startServer(t, { bundle });
  const { allowed, status } = responseOf(await review(reviewOf(pod())));
  t.false(allowed);
  t.is(status?.code, 500);
});

test('several packages decide together', async (t) => {
  const { review } = await startServer(t, {
    entrypoints: ['test/cluster/Cluster/admission', 'test/cluster/Cluster/nowhere'],
  });
  const { allowed, status } = responseOf(await review(reviewOf(pod())));
  t.false(allowed);
  t.is(status?.reason, 'InternalError');
});

test('what is no review is refused by status', async (t) => {
  const { review } = await startServer(t);
  t.is((await review('')).status, 400);
  t.is((await review('[]')).status, 400);
  t.is((await review('{"request":{}}')).status, 400);
  t.is((await review('nonsense')).status, 400);
  t.is((await review(reviewOf(pod()), { method: 'PUT' })).status, 405);
  t.is((await review(reviewOf(pod()), { path: '/' })).status, 404);
  t.is(
    (await review(reviewOf(pod()), { headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } })).status,
    415,
  );
  t.is((await review(reviewOf(pod()), { headers: { 'content-encoding': 'gzip' } })).status, 415);
});

test('a review whose object is no JSON, or that says a thing twice, is refused by name', async (t) => {
  const { review } = await startServer(t);
  const text = JSON.stringify(reviewOf(pod()));
  for (const broken of [
    text.replace('"containers":[', '"containers":[['),
    text.replace('"metadata":', '"metadata":{},"metadata":'),
    text.slice(0, -3),
    `${text}{}`,
  ]) {
    const { uid, allowed, status } = responseOf(await review(broken));
    t.is(uid, '705ab4f5-6393-11e8-b7cc-42010a800002');
    t.false(allowed);
    t.is(status?.code, 400);
  }
  t.is((await review(text.replace('"uid":', '"uid":"other","uid":'))).status, 400);
});

test('another version of the review is refused by name', async (t) => {
  const { review } = await startServer(t);
  const { allowed, status } = responseOf(await review({ ...reviewOf(pod()), apiVersion: 'admission.k8s.io/v1beta1' }));
  t.false(allowed);
  t.is(status?.code, 400);
});

test('members in another order change nothing', async (t) => {
  const { review } = await startServer(t);
  const { request } = reviewOf(pod({}, { securityContext: { privileged: true } })) as { readonly request: object };
  const backwards = Object.fromEntries(Object.entries(request).reverse());
  const { uid, allowed } = responseOf(
    await review({ request: backwards, kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1' }),
  );
  t.is(uid, '705ab4f5-6393-11e8-b7cc-42010a800002');
  t.false(allowed);
});

test('a review that is too large is refused by name, and the server goes on', async (t) => {
  const { review } = await startServer(t, { limits: { bodyLimit: 100_000, bufferLimit: 1 << 20 } });
  const large = reviewOf(pod({}, { args: ['x'.repeat(200_000)] }));
  const { uid, allowed, status } = responseOf(await review(large));
  t.is(uid, '705ab4f5-6393-11e8-b7cc-42010a800002');
  t.false(allowed);
  t.is(status?.code, 413);
  t.true(responseOf(await review(reviewOf(pod()))).allowed);
});

test('metrics count reviews by what became of them', async (t) => {
  const { review, health } = await startServer(t);
  await review(reviewOf(pod()));
  await review(reviewOf(pod({}, { securityContext: { privileged: true } })));
  await review('nonsense');
  const { text } = await health('/metrics');
  t.true(
    text.includes('rdp_admission_reviews_total{phase="validate",operation="CREATE",kind="Pod",verdict="allowed"} 1'),
  );
  t.true(
    text.includes('rdp_admission_reviews_total{phase="validate",operation="CREATE",kind="Pod",verdict="refused"} 1'),
  );
  t.true(text.includes('rdp_admission_rejected_requests_total{reason="no_review"} 1'));
  t.true(text.includes('rdp_admission_review_duration_seconds_count{phase="validate"} 2'));
  t.regex(text, /rdp_admission_bundle_info\{revision="[^"]*",variant="simd"\} 1/);
  t.true(text.includes('rdp_admission_ready 1'));
});
