// Files with a certificate, its key and perhaps authorities of clients → what TLS needs, again whenever the files change.
//
// INVARIANT: a pair that does not fit together is never used; the one in force stays until there is a good one. Connections that
// are there keep what they began with.

import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

import { ok, problem, reasonOf, type Outcome } from '../load/problem.ts';
import { watchPath } from '../load/watch-path.ts';

export interface CertificateFiles {
  /** PEM, the server's certificate first. */
  readonly certificate: string;
  readonly key: string;
  /** Authorities, one of which must have signed a client's certificate. */
  readonly clientAuthority?: string;
}

export interface Certificates {
  readonly context: SecureContextOptions;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

/** Reads the files, and says why they cannot be used. */
export async function readCertificates(files: CertificateFiles): Promise<Outcome<Certificates>> {
  try {
    const [cert, key, ca] = await Promise.all([
      readFile(files.certificate),
      readFile(files.key),
      files.clientAuthority === undefined ? undefined : readFile(files.clientAuthority),
    ]);
    const context: SecureContextOptions = { cert, key, ...(ca === undefined ? {} : { ca }) };
    createSecureContext(context);
    const leaf = new X509Certificate(cert);
    return ok({ context, notAfter: Date.parse(leaf.validTo) });
  } catch (error) {
    return problem('unreadable', `the certificate cannot be used: ${reasonOf(error)}`);
  }
}

/** Calls `changed` with every new state of the files, good or bad, until the returned function is called. */
export function watchCertificates(
  files: CertificateFiles,
  changed: (outcome: Outcome<Certificates>) => void,
): () => void {
  const paths = [files.certificate, files.key, ...(files.clientAuthority === undefined ? [] : [files.clientAuthority])];
  const stateOf = async (): Promise<string> => (await Promise.all(paths.map(fileState))).join('\n');
  const stops = [...new Set(paths.map((path) => dirname(path)))].map((path) =>
    watchPath({
      path,
      stateOf,
      quiet: 100,
      changed: async () => {
        const outcome = await readCertificates(files);
        changed(outcome);
        return outcome.kind === 'ok' ? 'fine' : 'failed';
      },
    }),
  );
  return () => stops.forEach((stop) => stop());
}

async function fileState(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [path, dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return reasonOf(error);
  }
}
