// One process of a webhook bench: a server that answers admission reviews, ours or the peer's, over HTTP or TLS. Its port goes to the
// process that started it, which is the client.

import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net';
import { logLines, noNamespaces, serveAdmission } from '@rdp/runtime/admission';
import { bytesSource } from '@rdp/runtime';
import { openSync, readFileSync } from 'node:fs';
import { createBodyBudget } from '../../runtime/src/server/body-budget.ts';
import { createReviewer } from '../../runtime/src/admission/decide-review.ts';
import { createMetrics } from '../../runtime/src/telemetry/metrics.ts';
import { createPlainRequests } from '../../runtime/src/admission/plain-requests.ts';
import { reviewMetrics } from '../../runtime/src/admission/review-metrics.ts';
import { bundleOf, enforce, policyText } from '../ours.ts';
import { loadRego, regoModule, type RegoPolicy } from '../opa-peer.ts';
import { admission } from '../cases/subjects.ts';

const [side, scheme, certificate = '', key = ''] = process.argv.slice(2);
const policy = { failure: 'fail', exempt: new Set<string>() } as const;
const limits = { bodyLimit: 16 << 20, bufferLimit: 256 << 20 };
const log = logLines(openSync('/dev/null', 'a'));
const timeouts = { head: 10_000, request: 35_000, idle: 120_000 };

process.on('disconnect', () => process.exit(0));
// Microseconds of processor time so far, for whoever asks.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.send?.(side === 'ours' ? await ours() : await peer());

async function ours(): Promise<number> {
  if (scheme === 'https') {
    const outcome = await serveAdmission({
      source: bytesSource(bundleOf(policyText(admission.policy))),
      entrypoints: [],
      policy,
      certificates: { certificate, key },
      clients: { kind: 'any' },
      host: '127.0.0.1',
      port: 0,
      metricsPort: 0,
      limits,
      namespaces: noNamespaces,
      log,
      logged: 'notable',
    });
    if (outcome.kind === 'problem') throw new Error(outcome.problem.message);
    return outcome.value.port;
  }
  const enforcer = await enforce(policyText(admission.policy));
  const metrics = reviewMetrics(createMetrics());
  const reviewer = createReviewer({
    decide: enforcer.decide,
    entrypoints: () => [admission.entrypoint],
    revision: () => '',
    policy,
    namespaces: { need: () => 'unneeded', ...noNamespaces },
    metrics,
    log,
    logged: 'notable',
  });
  const budget = createBodyBudget(limits.bufferLimit);
  const isDraining = (): boolean => false;
  const plain = createPlainRequests({ reviewer, metrics, bodyLimit: limits.bodyLimit, budget, timeouts, isDraining });
  return portOf(createSocketServer({ noDelay: true }, (socket) => plain.accept(socket, (other) => other.destroy())));
}

async function peer(): Promise<number> {
  const rego = await loadRego(regoModule(admission.rego, admission.regoEntrypoint));
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = answerOf(rego, Buffer.concat(chunks));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    });
  };
  return portOf(
    scheme === 'https'
      ? createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, handle)
      : createPlainServer(handle),
  );
}

function answerOf(rego: RegoPolicy, body: Buffer): string {
  const review = JSON.parse(body.toString('utf8')) as { readonly request: { readonly uid: string } }; // the client sends reviews
  const isAllowed = rego.evaluate(review)[0]?.result !== true;
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    response: {
      uid: review.request.uid,
      allowed: isAllowed,
      ...(isAllowed ? {} : { status: { code: 403, message: 'refused' } }),
    },
  });
}

function portOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)); // it listens on a port
  });
}
