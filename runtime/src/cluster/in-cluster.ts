// The service account of a pod → access to its cluster's API server.

import { readFile } from 'node:fs/promises';

import { ok, problem, reasonOf, type Outcome } from '../load/problem.ts';
import type { ClusterAccess } from './api-server.ts';

/** Where Kubernetes puts a pod's token and the authority of its API server. */
const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Access as the pod's own account; a problem where there is none. The token is read again each time, because it is replaced. */
export async function accessFromPod(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string = accountFolder,
): Promise<Outcome<ClusterAccess>> {
  const host = environment['KUBERNETES_SERVICE_HOST'];
  const port = environment['KUBERNETES_SERVICE_PORT'] ?? '443';
  if (host === undefined) return problem('unreadable', 'this is no pod of a cluster');
  const token = (): Promise<string> => readFile(`${folder}/token`, 'utf8');
  try {
    const ca = await readFile(`${folder}/ca.crt`);
    await token();
    return ok({
      server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      tls: { ca },
      headers: async () => ({ authorization: `Bearer ${(await token()).trim()}` }),
    });
  } catch (error) {
    return problem('unreadable', `the pod has no token of its service account: ${reasonOf(error)}`);
  }
}
