// Goal 4: a small request, against cedar-wasm with its policies parsed before (stateful) and at each call (stateless).

import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { enforce, policyText } from '../ours.ts';
import type { BenchCase, Pair } from '../protocol.ts';

const request = { tool: { server: 'crm', name: 'get_order' }, client: { workload: 'agent' } };
const refused = { tool: { server: 'crm', name: 'drop_orders' }, client: { workload: 'agent' } };

/** Goal 4 for both forms. */
export const cedarCases: readonly BenchCase[] = (['stateful', 'stateless'] as const).map((form): BenchCase => ({
  goal: 4,
  name: 'small request',
  peer: `cedar-wasm, ${form}`,
  threshold: form === 'stateful' ? 100 : 300,
  direction: 'times-faster',
  prepare: () => prepare(form),
}));

async function prepare(form: 'stateful' | 'stateless'): Promise<Pair> {
  const enforcer = await enforce(policyText('small.rdp'));
  const policies = policyText('small.cedar');
  if (form === 'stateful') expectSuccess(cedar.preparsePolicySet('small', { staticPolicies: policies }));
  const call = ({ tool, client }: typeof request): string => {
    const asked = {
      principal: { type: 'Agent', id: client.workload },
      action: { type: 'Action', id: 'call' },
      resource: { type: 'Tool', id: tool.name },
      context: { server: tool.server, tool: tool.name, workload: client.workload },
      entities: [],
    };
    const answer =
      form === 'stateful'
        ? cedar.statefulIsAuthorized({ ...asked, preparsedPolicySetId: 'small' })
        : cedar.isAuthorized({ ...asked, policies: { staticPolicies: policies } });
    expectSuccess(answer);
    return answer.type === 'success' ? answer.response.decision : '';
  };
  const bytes = (document: object): Uint8Array => new TextEncoder().encode(JSON.stringify(document));
  const ours = (document: Uint8Array): string =>
    enforcer.decide('bench/small/Tools/call', document).action === 'block' ? 'deny' : 'allow';
  const input = bytes(request);
  return {
    ours: () => enforcer.decide('bench/small/Tools/call', input),
    peer: () => call(request),
    agree: () => {
      for (const [document, wanted] of [
        [request, 'allow'],
        [refused, 'deny'],
      ] as const) {
        if (ours(bytes(document)) !== wanted || call(document) !== wanted) {
          throw new Error(`small request: ${ours(bytes(document))} against ${call(document)}`);
        }
      }
    },
  };
}

function expectSuccess(answer: { readonly type: string }): void {
  if (answer.type !== 'success') throw new Error(`cedar: ${JSON.stringify(answer)}`);
}
