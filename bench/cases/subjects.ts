// The two workloads that goals 1 and 2 are about: a policy of ours, the same in Rego and in JavaScript, and documents.

import { admissionReview, chatRequest } from '../documents.ts';

/** One workload. `blocked` tells the verdict from parsed JSON, as a JavaScript programmer would write it. */
export interface Subject {
  readonly name: string;
  readonly policy: string;
  readonly rego: string;
  readonly regoEntrypoint: string;
  readonly entrypoint: string;
  readonly document: (size: number) => Uint8Array;
  /** A document that is refused, to show that both sides can refuse. */
  readonly refused: Uint8Array;
  readonly blocked: (value: never) => boolean;
}

interface Review {
  readonly request: {
    readonly object: {
      readonly apiVersion: string;
      readonly kind: string;
      readonly spec: {
        readonly containers: readonly {
          readonly image: string;
          readonly securityContext?: { readonly privileged?: boolean };
        }[];
      };
    };
  };
}

interface Chat {
  readonly model: string;
  readonly client: { readonly workload: string };
  readonly prompts: readonly { readonly role: string }[];
}

const approved: ReadonlySet<string> = new Set(['gpt-5.2', 'claude-sonnet-5', 'gemini-3-pro']);
const roles: ReadonlySet<string> = new Set(['system', 'user', 'assistant', 'tool']);

function replaced(document: Uint8Array, from: string, to: string): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(document).replace(from, to));
}

export const admission: Subject = {
  name: 'admission review',
  policy: 'admission.rdp',
  rego: 'admission.rego',
  regoEntrypoint: 'bench/admission/blocked',
  entrypoint: 'bench/admission/Cluster/admission',
  document: admissionReview,
  refused: replaced(admissionReview(1024), '"privileged":false', '"privileged":true'),
  blocked: ({ request }: Review) => {
    const { object } = request;
    if (object.apiVersion !== 'v1' || object.kind !== 'Pod') return false;
    return object.spec.containers.some(
      ({ image, securityContext }) =>
        securityContext?.privileged === true ||
        !image.includes('@sha256:') ||
        !image.startsWith('registry.shop.example/'),
    );
  },
};

export const chat: Subject = {
  name: 'chat request',
  policy: 'chat.rdp',
  rego: 'chat.rego',
  regoEntrypoint: 'bench/chat/blocked',
  entrypoint: 'bench/chat/Chat/request',
  document: chatRequest,
  refused: replaced(chatRequest(1024), 'gpt-5.2', 'gpt-2'),
  blocked: ({ model, client, prompts }: Chat) =>
    !approved.has(model) || client.workload === '' || prompts.some(({ role }) => !roles.has(role)),
};
