// How people reach the gateway's port on which they approve and release: by `kubectl port-forward`, whose connections begin inside of the
// pod, so that no other pod can open one; or, where a route's `admin` names a namespace, through a proxy with TLS there. Who they are
// stands in a secret that whoever installs makes: nothing here knows a token.

import type { People } from '../../deploy/gateway-keeping.ts';
import { adminFile, adminPort } from './enforcer-image.ts';
import { labelsOf, selectorOf, type KubernetesObject } from './object.ts';
import type { Enforcer } from './workload.ts';

/** The secrets of the gateway that somebody else makes: `tokens.json`; `password`. */
export const adminSecret = 'rdp-gateway-admin';
export const inventorySecret = 'rdp-gateway-inventory';

/** What somebody who approves has to be allowed for `kubectl port-forward`; bound to nobody. */
export function approverRole(): KubernetesObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'rdp-gateway-approver', labels: labelsOf('gateway') },
    rules: [
      { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['rdp-gateway'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
      // Over WebSockets it is asked for with GET, and API servers differ in which verb that is.
      { apiGroups: [''], resources: ['pods/portforward'], verbs: ['create', 'get'] },
    ],
  };
}

/** A Service of its own, so that the one of requests does not have the port. */
export function adminService({ name, namespace, component }: Enforcer): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}-admin`, namespace, labels: labelsOf(component) },
    spec: {
      type: 'ClusterIP',
      selector: selectorOf(name),
      ports: [{ name: 'admin', port: adminPort, protocol: 'TCP', targetPort: 'admin' }],
    },
  };
}

/** What whoever installs has to make and to know, one sentence each. */
export function peopleNotes(people: People, namespace: string): readonly string[] {
  const groups = [...people.approvers, ...(people.releases ? ['quarantine'] : [])];
  // An approver may be worked out by the rule.
  const who = groups.length === 0 ? 'in the groups that rules ask for' : `in groups ${groups.join(', ')}`;
  return [
    `Make the secret ${adminSecret} of who answers, ${who} (docs/outcomes.md says how): \`kubectl -n ${namespace} create secret generic ${adminSecret} --from-file=${adminFile}\`. Without it rdp-gateway does not start; it is read when it starts.`,
    `People answer at http://127.0.0.1:${adminPort} after \`kubectl -n ${namespace} port-forward deployment/rdp-gateway ${adminPort}\`, which the role rdp-gateway-approver lets them do.`,
  ];
}

/** The same of the database for what is discovered. */
export function inventoryNote(namespace: string): string {
  return `Make the secret ${inventorySecret} with the password of the inventory's role: \`kubectl -n ${namespace} create secret generic ${inventorySecret} --from-file=password\`; with \`ca.pem\` beside it, if the address says \`sslrootcert=/inventory/ca.pem\`.`;
}
