// Schemas of kinds that no package carries, written from their documentation, as far as we emit them.
//
// FQDNNetworkPolicy: cloud.google.com/kubernetes-engine/docs/how-to/fqdn-network-policies (rules of names and patterns, ports).
// ApplicationNetworkPolicy, ClusterNetworkPolicy: docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html and
// cni-network-policy.html (peers, tiers, priorities, ports as objects, at most 25 names a peer, names in `Accept` alone).
// The real definitions allow more (ingress, named ports); what is not here is refused, so a new field needs a line here.

const metadata = { $ref: '#/$defs/meta.v1.ObjectMeta' };
const selector = { $ref: '#/$defs/meta.v1.LabelSelector' };
const port = { type: 'integer', format: 'int32', minimum: 1, maximum: 65535 };

/** A DNS name of at least two labels, with `*.` ahead of it or not. */
const domainName = {
  type: 'string',
  pattern: String.raw`^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$`,
};

function closed(properties: Readonly<Record<string, unknown>>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

function kindOf(spec: object): object {
  const properties = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata, spec };
  return closed(properties, ['apiVersion', 'kind', 'metadata', 'spec']);
}

const applicationPeer = {
  ...closed({
    domainNames: { type: 'array', items: domainName, minItems: 1, uniqueItems: true },
    ipBlock: closed({ cidr: { type: 'string' }, except: { type: 'array', items: { type: 'string' } } }, ['cidr']),
    namespaceSelector: selector,
    podSelector: selector,
  }),
  'x-kubernetes-validations': ['ipBlock', 'podSelector', 'namespaceSelector'].map((other) => ({
    rule: `!(has(self.${other}) && has(self.domainNames))`,
    message: `domainNames does not go with ${other}`,
  })),
};

const clusterPeer = {
  ...closed({
    domainNames: { type: 'array', items: domainName, minItems: 1, maxItems: 25, uniqueItems: true },
    networks: { type: 'array', items: { type: 'string', maxLength: 43 }, minItems: 1, maxItems: 25, uniqueItems: true },
    namespaces: selector,
    pods: closed({ namespaceSelector: selector, podSelector: selector }, ['namespaceSelector', 'podSelector']),
  }),
  minProperties: 1,
  maxProperties: 1,
};

const clusterRule = {
  ...closed(
    {
      name: { type: 'string', maxLength: 100 },
      action: { type: 'string', enum: ['Accept', 'Deny', 'Pass'] },
      to: { type: 'array', items: clusterPeer, minItems: 1, maxItems: 100 },
      ports: {
        type: 'array',
        minItems: 1,
        maxItems: 100,
        items: closed({ portNumber: closed({ protocol: { type: 'string' }, port }, ['port', 'protocol']) }),
      },
    },
    ['action', 'to'],
  ),
  'x-kubernetes-validations': [
    {
      rule: "!(self.action != 'Accept' && self.to.exists(peer, has(peer.domainNames)))",
      message: 'names are only accepted, never denied',
    },
  ],
};

/** Schemas by `apiVersion kind`. */
export const writtenSchemas: Readonly<Record<string, object>> = {
  'networking.gke.io/v1alpha1 FQDNNetworkPolicy': kindOf(
    closed(
      {
        podSelector: selector,
        egress: {
          type: 'array',
          minItems: 1,
          items: closed(
            {
              matches: {
                type: 'array',
                minItems: 1,
                items: {
                  ...closed({
                    name: { type: 'string', pattern: String.raw`^([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?)+$` },
                    pattern: {
                      type: 'string',
                      pattern: String.raw`^([a-zA-Z0-9*]([-a-zA-Z0-9_*]*[a-zA-Z0-9*])?\.?)+$`,
                    },
                  }),
                  minProperties: 1,
                  maxProperties: 1,
                },
              },
              ports: {
                type: 'array',
                items: closed({ port, protocol: { type: 'string', enum: ['TCP', 'UDP', 'ALL'] } }),
              },
            },
            ['matches'],
          ),
        },
      },
      ['podSelector', 'egress'],
    ),
  ),
  'networking.k8s.aws/v1alpha1 ApplicationNetworkPolicy': kindOf(
    closed(
      {
        podSelector: selector,
        policyTypes: { type: 'array', items: { type: 'string', enum: ['Egress', 'Ingress'] } },
        egress: {
          type: 'array',
          items: closed({
            to: { type: 'array', items: applicationPeer },
            ports: { type: 'array', items: { $ref: '#/$defs/networking.v1.NetworkPolicyPort' } },
          }),
        },
      },
      ['podSelector'],
    ),
  ),
  'networking.k8s.aws/v1alpha1 ClusterNetworkPolicy': kindOf(
    closed(
      {
        tier: { type: 'string', enum: ['Admin', 'Baseline'] },
        priority: { type: 'integer', format: 'int32', minimum: 0, maximum: 1000 },
        subject: {
          ...closed({ namespaces: selector, pods: closed({ namespaceSelector: selector, podSelector: selector }) }),
          minProperties: 1,
          maxProperties: 1,
        },
        egress: { type: 'array', maxItems: 100, items: clusterRule },
      },
      ['tier', 'priority', 'subject'],
    ),
  ),
};
