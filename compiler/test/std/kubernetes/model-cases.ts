// Servers of models and what they run on.

import { type PackCases, pod, type Subject, thing, web } from './case.ts';

const digest = `sha256:${'b'.repeat(64)}`;
const server = (more: Subject = {}, spec: Subject = {}): Subject =>
  pod({ containers: [web({ image: `registry.example/vllm/vllm-openai:v0.9@${digest}`, ...more })], ...spec });
const run = (...args: readonly string[]): Subject => server({ args });
const gpu = (count: string, more: Subject = {}): Subject =>
  server({ resources: { limits: { 'nvidia.com/gpu': count, memory: '1Gi' } }, ...more });
const placed = (object: Subject, namespace: string): Subject => ({
  request: { operation: 'CREATE', namespace, object },
});
const service = (type: string, port: number, selector: Subject = {}): Subject =>
  thing('v1', 'Service', { spec: { type, ports: [{ port }], selector } });

/** Names under which servers are published, and names that are like them. */
const servers = [
  'docker.io/vllm/vllm-openai:v0.9.0',
  'rocm/vllm:latest',
  'ollama/ollama',
  'ghcr.io/huggingface/text-generation-inference:3.0',
  'ghcr.io/huggingface/text-embeddings-inference:cpu-1.6',
  'nvcr.io/nvidia/tritonserver:24.01-py3',
  'nvcr.io/nim/meta/llama3-8b-instruct:1.0',
  'pytorch/torchserve',
  'ghcr.io/ggml-org/llama.cpp:server',
  'localai/localai:latest',
  'lmsysorg/sglang',
  'openmmlab/lmdeploy:v0.6',
  'ghcr.io/predibase/lorax:main',
  'kserve/huggingfaceserver:v0.14',
  'seldonio/mlserver:1.5',
  'tensorflow/serving:2.18',
  'openvino/model_server:2025.0',
  'xprobe/xinference',
  'michaelf34/infinity:0.0.70',
  'ghcr.io/berriai/litellm:main',
];
const others = [
  'nginx',
  'nimlang/nim:2',
  'registry.example/ollamas',
  'redis',
  'grafana/grafana',
  'registry.example/shop/serving',
  'tensorflow/tensorflow',
];

export const modelPacks: readonly PackCases[] = [
  {
    pack: 'models.known',
    rules: {
      ModelServers: {
        denied: [
          server(),
          server({ image: 'ollama/ollama' }),
          server({ image: 'x', command: ['vllm', 'serve', 'm'] }),
          ...servers.map((image) => server({ image })),
        ],
        admitted: [pod(), ...others.map((image) => server({ image }))],
      },
    },
  },
  {
    pack: 'models.servers_of',
    settings: 'places ["registry.example"]',
    rules: {
      ServerImages: {
        denied: [
          server({ image: `docker.io/vllm/vllm-openai@${digest}` }),
          server({ image: 'registry.example/ollama:1' }),
        ],
        admitted: [server(), pod({ containers: [web({ image: 'nginx' })] })],
      },
    },
  },
  {
    pack: 'models.contained',
    rules: {
      NoRemoteCode: {
        denied: [
          run('--trust-remote-code'),
          run('--model', 'a/b', '--trust-remote-code=true'),
          server({ env: [{ name: 'TRUST_REMOTE_CODE', value: 'True' }] }),
        ],
        admitted: [run('--trust-remote-code=false'), run('--model', 'a/b')],
      },
      SafeFormats: {
        denied: [run('--model', '/models/m.pt'), run('--load-format', 'pt')],
        admitted: [run('--model', '/models/m.safetensors')],
      },
      Revision: {
        denied: [run('--model', 'org/model'), run('--model-id=org/model', '--revision', 'main')],
        admitted: [run('--model', 'org/model', '--revision', 'a'.repeat(40)), run('--model', '/models/m')],
      },
      OwnCache: {
        denied: [server({}, { volumes: [{ name: 'cache', hostPath: { path: '/models' } }] })],
        admitted: [server({}, { volumes: [{ name: 'cache', persistentVolumeClaim: { claimName: 'models' } }] })],
      },
    },
  },
  {
    pack: 'models.keyed',
    rules: {
      AsksForKey: {
        denied: [server()],
        admitted: [
          server({ env: [{ name: 'VLLM_API_KEY', valueFrom: { secretKeyRef: { name: 'key', key: 'key' } } }] }),
          run('--api-key', '$(KEY)'),
          pod(),
        ],
      },
    },
  },
  {
    pack: 'models.inside',
    rules: {
      NoNodePort: {
        denied: [server({ ports: [{ containerPort: 8000, hostPort: 8000 }] })],
        admitted: [server({ ports: [{ containerPort: 8000 }] })],
      },
      NoOpenService: {
        denied: [service('LoadBalancer', 11434), service('NodePort', 8000, { app: 'vllm' })],
        admitted: [service('ClusterIP', 11434), service('LoadBalancer', 8000, { app: 'web' })],
      },
    },
  },
  {
    pack: 'models.accelerators_bounded',
    settings: 'most 4, namespaces ["models"]',
    rules: {
      Amount: { denied: [gpu('5')], admitted: [gpu('4')] },
      Namespaces: {
        denied: [
          placed(gpu('1'), 'shop'),
          placed(pod({ resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }] }), 'shop'),
        ],
        admitted: [placed(gpu('1'), 'models'), placed(server(), 'shop')],
      },
      ServersSayWhat: {
        denied: [server(), gpu('1', { resources: { limits: { 'nvidia.com/gpu': '1' } } })],
        admitted: [gpu('1'), pod()],
      },
    },
  },
];
