// Who reads the metrics of enforcers: whom `monitoring` names, and nobody else.

import test from 'ava';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { monitoringOf } from '../../../src/emit/k8s/deployment-input.ts';
import { metricsPort } from '../../../src/emit/k8s/enforcer-image.ts';
import { admissionIsolation } from '../../../src/emit/k8s/isolation.ts';
import { checkObject } from './check-object.ts';

const cases = [
  ['nobody, unless said', '', undefined],
  ['nobody', 'monitoring none', undefined],
  ['every namespace', 'monitoring prometheus', {}],
  ['one namespace', 'monitoring prometheus "watch"', { matchLabels: { 'kubernetes.io/metadata.name': 'watch' } }],
] as const;

interface Ingress {
  readonly from?: readonly { readonly namespaceSelector: object }[];
  readonly ports: readonly { readonly port: number }[];
}

for (const [who, setting, selector] of cases) {
  test(`metrics are for ${who}`, (t) => {
    const text = `package p
surface Cluster: k8s {}
deploy d {
  ${setting}
  clusters { plain "a" {} }
  Cluster via admission
}
`;
    const { model } = checkProgram({ files: [{ path: 'p.rdp', text }], documents: new Map(), std: stdFiles });
    const [deploy] = model.deploys;
    if (deploy === undefined) return t.fail('there is a deployment');
    const policy = admissionIsolation('rdp-admission', 'rdp-system', {
      port: 8443,
      api: 'none',
      monitoring: monitoringOf(deploy),
    });
    t.deepEqual(checkObject(policy), []);
    const { ingress } = policy['spec'] as { readonly ingress: readonly Ingress[] }; // a network policy's
    const scraped = ingress.find(({ ports }) => ports.some(({ port }) => port === metricsPort));
    t.deepEqual(scraped?.from, selector && [{ namespaceSelector: selector }]);
  });
}
