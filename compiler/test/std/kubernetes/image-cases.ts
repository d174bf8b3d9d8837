// References of images: pinned or not, from where, and under which tag.

import { type PackCases, pod, podOf, type Subject, thing } from './case.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const from = (image: string): Subject => podOf({ image });

export const imagePacks: readonly PackCases[] = [
  {
    pack: 'images.pinned',
    rules: {
      PinnedByDigest: {
        denied: [
          from('nginx'),
          from('nginx:1'),
          from('nginx@sha256:abc'),
          pod({ volumes: [{ name: 'model', image: { reference: 'registry.example/model:1' } }] }),
        ],
        admitted: [from(`nginx@${digest}`), from(`registry.example:5000/team/web:1@${digest}`), podOf({ image: '' })],
      },
    },
  },
  {
    pack: 'images.trusted',
    settings: 'places ["registry.example/team", "docker.io/library/nginx", "other.example/"]',
    rules: {
      TrustedPlace: {
        denied: [
          from('registry.example/team-b/web'),
          from('redis'),
          from('nginx.evil.example/nginx'),
          from('evil/registry.example/team'),
          from('nginx-b:1'),
        ],
        admitted: [
          from('registry.example/team/web:1'),
          from('nginx:1'),
          from('docker.io/nginx'),
          from(`nginx@${digest}`),
          from('other.example/a/b'),
        ],
      },
    },
  },
  {
    pack: 'images.no_latest',
    rules: {
      NoLatest: {
        denied: [
          from('nginx'),
          from('nginx:latest'),
          from('registry.example:5000/web'),
          from('registry.example:5000/web:latest'),
        ],
        admitted: [from('nginx:1'), from(`nginx@${digest}`), from('registry.example:5000/web:1')],
      },
    },
  },
  {
    pack: 'images.pulled',
    rules: {
      AlwaysPull: {
        denied: [podOf({ image: 'web:1' }), podOf({ image: 'web', imagePullPolicy: 'IfNotPresent' })],
        admitted: [
          podOf({ image: 'web:1', imagePullPolicy: 'Always' }),
          podOf({ image: 'web' }),
          from(`web@${digest}`),
        ],
      },
    },
  },
  {
    pack: 'images.signed',
    rules: {
      SignaturesVerified: {
        denied: [
          thing('v1', 'Namespace'),
          thing('v1', 'Namespace', {}, { labels: { 'policy.sigstore.dev/include': 'false' } }),
        ],
        admitted: [
          thing('v1', 'Namespace', {}, { labels: { 'policy.sigstore.dev/include': 'true' } }),
          thing('v1', 'Namespace', {}, { name: 'kube-system' }),
        ],
      },
      SignedByDigest: { denied: [from('web:1')], admitted: [from(`web@${digest}`)] },
    },
  },
];
