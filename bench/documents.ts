// Documents to time with, of any size and the same in each run: admission reviews as an API server sends them (compact,
// many short strings) and chat requests as SDKs send them (few keys, long texts).

import { generator } from './protocol.ts';

const words =
  'the order was shipped late and our customer asks whether a refund or another parcel would be possible this week'.split(
    ' ',
  );

function sentence(next: () => number, length: number): string {
  let text = '';
  while (text.length < length) {
    text += (text === '' ? '' : ' ') + (words[Math.floor(next() * words.length)] ?? '');
    if (next() < 0.03) text += '.\n';
    if (next() < 0.01) text += ' "really"';
  }
  return text;
}

/** A chat request of about `size` bytes that the chat policy allows. */
export function chatRequest(size: number): Uint8Array {
  const next = generator(size);
  const messages: { role: string; text: string }[] = [];
  let spent = 120;
  while (spent < size) {
    const length = Math.min(size - spent, 200 + Math.floor(next() * 1400));
    const text = sentence(next, Math.max(20, length));
    messages.push({ role: messages.length % 2 === 0 ? 'user' : 'assistant', text });
    spent += JSON.stringify(text).length + 30;
  }
  const request = {
    provider: 'openai',
    model: 'gpt-5.2',
    client: { workload: 'support', id: 'c-17', ip: '10.1.2.3' },
    prompts: messages,
  };
  return new TextEncoder().encode(JSON.stringify(request));
}

/** An admission review of about `size` bytes for a pod that the admission policy allows. */
export function admissionReview(size: number): Uint8Array {
  const next = generator(size);
  const name = (prefix: string): string => `${prefix}-${Math.floor(next() * 1e9).toString(36)}`;
  const container = (): object => ({
    name: name('app'),
    image: `registry.shop.example/${name('service')}@sha256:${Array.from({ length: 64 }, () => Math.floor(next() * 16).toString(16)).join('')}`,
    args: ['--port=8080', `--name=${name('n')}`],
    env: Array.from({ length: 3 + Math.floor(next() * 4) }, () => ({
      name: name('VAR').toUpperCase(),
      value: name('value'),
    })),
    ports: [{ containerPort: 8080 + Math.floor(next() * 100), protocol: 'TCP', name: 'http' }],
    resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
    securityContext: {
      privileged: false,
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'kube-api-access', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
    ],
    terminationMessagePath: '/dev/termination-log',
    imagePullPolicy: 'IfNotPresent',
  });
  const review = (containers: readonly object[]): string =>
    JSON.stringify({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      request: {
        uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
        kind: { group: '', version: 'v1', kind: 'Pod' },
        resource: { group: '', version: 'v1', resource: 'pods' },
        requestKind: { group: '', version: 'v1', kind: 'Pod' },
        name: 'web-0',
        namespace: 'shop-web',
        operation: 'CREATE',
        userInfo: {
          username: 'system:serviceaccount:kube-system:replicaset-controller',
          groups: ['system:serviceaccounts', 'system:authenticated'],
        },
        object: {
          kind: 'Pod',
          apiVersion: 'v1',
          metadata: {
            name: 'web-0',
            namespace: 'shop-web',
            labels: { app: 'web', tier: 'front' },
            creationTimestamp: null,
          },
          spec: {
            containers,
            serviceAccountName: 'web',
            nodeName: 'node-3',
            restartPolicy: 'Always',
            dnsPolicy: 'ClusterFirst',
          },
          status: {},
        },
        oldObject: null,
        dryRun: false,
        options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
      },
    });
  const containers: object[] = [];
  let spent = review([]).length;
  while (containers.length === 0 || spent < size) {
    const one = container();
    containers.push(one);
    spent += JSON.stringify(one).length + 1;
  }
  return new TextEncoder().encode(review(containers));
}
