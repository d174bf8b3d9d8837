// Services, ingresses, and policies of networks.

import { type PackCases, pod, type Subject, thing } from './case.ts';

const service = (spec: Subject, annotations: Subject = {}): Subject =>
  thing('v1', 'Service', { spec }, { annotations });
const ingress = (spec: Subject, annotations: Subject = {}): Subject =>
  thing('networking.k8s.io/v1', 'Ingress', { spec }, { annotations });
const policy = (spec: Subject): Subject =>
  thing('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, ...spec } });
const namespace = (name: string, labels: Subject = {}): Subject => thing('v1', 'Namespace', {}, { name, labels });
const enforced = 'pod-security.kubernetes.io/enforce';
const secure = { rules: [{ host: 'shop.example' }], tls: [{ hosts: ['shop.example'], secretName: 'tls' }] };

export const exposurePacks: readonly PackCases[] = [
  {
    pack: 'exposure.services',
    settings: 'external_ips ["203.0.113.7"]',
    rules: {
      NodePorts: { denied: [service({ type: 'NodePort' })], admitted: [service({ type: 'ClusterIP' }), service({})] },
      LoadBalancers: {
        denied: [service({ type: 'LoadBalancer' })],
        admitted: [
          service({ type: 'LoadBalancer' }, { 'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal' }),
          service({ type: 'LoadBalancer' }, { 'networking.gke.io/load-balancer-type': 'Internal' }),
          service({ type: 'LoadBalancer' }, { 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true' }),
        ],
      },
      ExternalAddresses: {
        denied: [service({ externalIPs: ['203.0.113.7', '198.51.100.1'] })],
        admitted: [service({ externalIPs: ['203.0.113.7'] })],
      },
      ExternalNames: {
        denied: [service({ type: 'ExternalName', externalName: 'db.example' })],
        admitted: [service({ type: 'ClusterIP' })],
      },
    },
  },
  {
    pack: 'exposure.services',
    settings: 'load_balancers true',
    rules: {
      LoadBalancerSources: {
        denied: [service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['0.0.0.0/0'] })],
        admitted: [
          service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['203.0.113.0/24'] }),
          service({ type: 'LoadBalancer' }),
        ],
      },
      LoadBalancers: { denied: [], admitted: [service({ type: 'LoadBalancer' })] },
    },
  },
  {
    pack: 'exposure.ingresses',
    settings: 'hosts ["shop.example"]',
    rules: {
      WildcardHosts: {
        denied: [
          ingress({ rules: [{ host: '*.shop.example' }] }),
          ingress({ rules: [{}] }),
          ingress({ defaultBackend: { service: { name: 'web' } } }),
        ],
        admitted: [ingress(secure)],
      },
      ForeignHosts: {
        denied: [ingress({ rules: [{ host: 'evilshop.example' }] })],
        admitted: [ingress(secure), ingress({ rules: [{ host: 'a.shop.example' }] })],
      },
      Encrypted: {
        denied: [
          ingress({ rules: [{ host: 'shop.example' }] }),
          ingress({ ...secure, rules: [{ host: 'shop.example' }, { host: 'b.shop.example' }] }),
        ],
        admitted: [
          ingress(secure),
          ingress({ rules: [{ host: 'b.shop.example' }], tls: [{ hosts: ['*.shop.example'] }] }),
        ],
      },
      Snippets: {
        denied: [
          ingress(secure, { 'nginx.ingress.kubernetes.io/configuration-snippet': 'x' }),
          ingress(secure, { 'nginx.org/server-snippets': 'x' }),
        ],
        admitted: [ingress(secure, { 'nginx.ingress.kubernetes.io/rewrite-target': '/' })],
      },
    },
  },
  {
    pack: 'network.policies',
    rules: {
      OpenIngress: {
        denied: [
          policy({ ingress: [{}] }),
          policy({ ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] }),
          policy({ ingress: [{ from: [{ namespaceSelector: {} }] }] }),
        ],
        admitted: [
          policy({ ingress: [{ ports: [{ port: 443 }] }] }),
          policy({ ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] }),
          policy({}),
        ],
      },
      OpenEgress: {
        denied: [policy({ egress: [{}] }), policy({ egress: [{ to: [{ ipBlock: { cidr: '::/0' } }] }] })],
        admitted: [
          policy({ egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }] }),
          policy({ egress: [] }),
        ],
      },
    },
  },
  {
    pack: 'network.namespaces',
    rules: {
      Labelled: {
        denied: [namespace('shop')],
        admitted: [namespace('shop', { [enforced]: 'restricted' }), namespace('kube-system')],
      },
      NotPrivileged: {
        denied: [namespace('shop', { [enforced]: 'privileged' })],
        admitted: [namespace('shop', { [enforced]: 'baseline' })],
      },
    },
  },
  { pack: 'network.pods', rules: { HostNetwork: { denied: [pod({ hostNetwork: true })], admitted: [pod()] } } },
];
