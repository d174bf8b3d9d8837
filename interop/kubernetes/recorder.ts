// A webhook that lets everything through and keeps the AdmissionReviews that the server sent, byte for byte: what a module has to
// decide on to be compared with what the server does by itself.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { KubernetesObject } from './client.ts';

/** A certificate for 127.0.0.1, with its key and the authority to trust. */
export interface ServingCertificate {
  /** Path, PEM. */
  readonly certificate: string;
  /** Path, PEM. */
  readonly key: string;
}

export interface Recorder {
  readonly url: string;
  /** The reviews since the last call, in the order in which they came. */
  readonly take: () => readonly Uint8Array[];
  readonly close: () => Promise<void>;
}

/** Listens on a free port. */
export async function startRecorder({ certificate, key }: ServingCertificate): Promise<Recorder> {
  let reviews: Uint8Array[] = [];
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const review = Buffer.concat(chunks);
      reviews.push(review);
      const { request: asked } = JSON.parse(review.toString('utf8')) as { readonly request: { readonly uid: string } }; // an AdmissionReview
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: { uid: asked.uid, allowed: true },
        }),
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `https://127.0.0.1:${port}/`,
    take: () => {
      const taken = reviews;
      reviews = [];
      return taken;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** The configuration that has the server ask it about everything. `authority`: PEM of who signed its certificate. */
export function recording(name: string, url: string, authority: string): KubernetesObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: `${name}.recorder.rdp.dev`,
        clientConfig: { url, caBundle: Buffer.from(authority).toString('base64') },
        rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'], scope: '*' }],
        namespaceSelector: {
          matchExpressions: [
            { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'kube-node-lease'] },
          ],
        },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        failurePolicy: 'Ignore',
        timeoutSeconds: 5,
      },
    ],
  };
}
