// A webhook that lets everything through and keeps the AdmissionReviews that the server sent, byte for byte: what a module has to
// decide on to be compared with what the server does by itself.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

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
