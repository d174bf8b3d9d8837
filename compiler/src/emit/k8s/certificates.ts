// The certificates of the webhook, by cert-manager: an authority of its own, and a leaf that it signs. With the authority apart, a
// new leaf needs no new `caBundle`, so that the API server trusts old and new pods alike while one is replaced.

import { labelsOf, type KubernetesObject } from './object.ts';

/** The secret of type `kubernetes.io/tls` that the enforcer mounts, whoever makes it. */
export function tlsSecretName(enforcer: string): string {
  return `${enforcer}-tls`;
}

/** Issuers and certificates for the service `name` in `namespace`. */
export function certificateObjects(name: string, namespace: string): readonly KubernetesObject[] {
  const authority = `${name}-authority`;
  const metadata = (own: string): KubernetesObject['metadata'] => ({
    name: own,
    namespace,
    labels: labelsOf('admission'),
  });
  const issuer = (own: string, spec: object): KubernetesObject => ({
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata: metadata(own),
    spec,
  });
  const certificate = (own: string, spec: object): KubernetesObject => ({
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: metadata(own),
    spec: { ...spec, privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' } },
  });
  return [
    issuer(`${name}-self-signed`, { selfSigned: {} }),
    certificate(authority, {
      secretName: authority,
      commonName: authority,
      isCA: true,
      duration: '87600h',
      renewBefore: '8760h',
      issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: `${name}-self-signed` },
    }),
    issuer(authority, { ca: { secretName: authority } }),
    certificate(name, {
      secretName: tlsSecretName(name),
      dnsNames: [`${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`],
      usages: ['digital signature', 'server auth'],
      duration: '2160h',
      renewBefore: '720h',
      issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: authority },
    }),
  ];
}
