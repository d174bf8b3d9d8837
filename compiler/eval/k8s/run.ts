// `node compiler/eval/k8s/run.ts FOLDER [AREA…]`: measures the library for Kubernetes on the sets below FOLDER and writes
// docs/kubernetes-quality.md; with areas, only prints those.

import { measureAreas } from '../quality/measure-areas.ts';

await measureAreas(process.argv.slice(2), {
  areas: {
    'pod-security': async () => (await import('./pod-security.ts')).measure,
    'bad-pods': async () => (await import('./bad-pods.ts')).measure,
    'real-world': async () => (await import('./real-world.ts')).measure,
    linters: async () => (await import('./linters.ts')).measure,
    gatekeeper: async () => (await import('./gatekeeper.ts')).measure,
    kyverno: async () => (await import('./kyverno.ts')).measure,
    reviews: async () => (await import('./reviews.ts')).measure,
  },
  page: 'kubernetes-quality.md',
  title: 'How well the library judges Kubernetes objects',
});
