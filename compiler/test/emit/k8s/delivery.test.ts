// How a bundle gets to its enforcer: by what fits, where the cluster can, unchangeable and named by its content.

import { createHash } from 'node:crypto';
import test from 'ava';
import { gunzipSync } from 'fflate';
import { clientApplyLimit, configMapLimit, deliverBundle } from '../../../src/emit/k8s/bundle-delivery.ts';
import { ociImage, ociLayout } from '../../../src/emit/k8s/oci-layout.ts';
import { targetsOf } from '../../../src/deploy/targets.ts';
import { filesOf, manifestsOf, planPolicy } from './load-manifests.ts';

const everything = 'compiler/test/emit/k8s/policies/everything.rdp';

test('a ConfigMap by content, the registry where images can be mounted, and a reason where neither will do', async (t) => {
  const { model } = await planPolicy(everything);
  const targets = model.deploys.flatMap(targetsOf);
  const at = (name: string): NonNullable<(typeof targets)[number]> | undefined =>
    targets.find((target) => target.name === name);
  const deliver = (size: number, registry: string | undefined, cluster: string): ReturnType<typeof deliverBundle> =>
    deliverBundle({
      enforcer: 'rdp-admission',
      namespace: 'rdp-system',
      bundle: new Uint8Array(size),
      registry,
      target: at(cluster),
    });
  const small = deliver(1000, undefined, 'shop-eu');
  t.like(small, { kind: 'config-map', serverSide: false });
  t.regex(JSON.stringify(small), /rdp-admission-policy-[0-9a-f]{12}/u);
  t.like(deliver(clientApplyLimit + 1, undefined, 'shop-eu'), { kind: 'config-map', serverSide: true });
  t.like(deliver(configMapLimit + 1, undefined, 'shop-eu'), { kind: 'impossible' });
  t.like(deliver(configMapLimit + 1, 'registry.example/policies', 'shop-eu'), { kind: 'image' });
  // 1.34 cannot mount images.
  t.like(deliver(1000, 'registry.example/policies', 'shop-nodes'), { kind: 'config-map' });
  t.like(deliver(configMapLimit + 1, 'registry.example/policies', 'shop-nodes'), { kind: 'impossible' });
});

test('a bundle that fits nowhere keeps the deployment from being installed', async (t) => {
  const planned = await planPolicy(everything);
  const bundle = { bytes: new Uint8Array(configMapLimit + 1), readsNamespaces: false };
  const problems = planned.plans.flatMap(
    (plan) => manifestsOf(planned, plan, { enforcers: 'existing', bundle }).problems,
  );
  t.deepEqual(
    problems.map((problem) => /^the bundle of (\S+) has 1048321 bytes/u.exec(problem)?.[1]),
    ['rdp-admission', 'rdp-gateway'],
  );
});

test('whose rules ask for namespaces may read them, and nothing else', async (t) => {
  const planned = await planPolicy(everything);
  const bundle = { bytes: new Uint8Array(1), readsNamespaces: true };
  for (const plan of planned.plans) {
    const files = await filesOf(manifestsOf(planned, plan, { enforcers: 'existing', bundle }));
    t.regex(
      files.get('base/clusterrole-rdp-admission-namespaces.yaml') ?? '',
      /- namespaces\n {4}verbs:\n {6}- get\n/u,
    );
    t.regex(files.get('base/deployment-rdp-admission.yaml') ?? '', /automountServiceAccountToken: true/u);
  }
});

test('an image has its files, for both processors, under the digests that it says', (t) => {
  const image = ociImage([{ name: 'plugin.wasm', bytes: new TextEncoder().encode('\0asm') }]);
  const layout = ociLayout(new Map([['rdp-proxy', image]]));
  const json = (path: string): unknown => JSON.parse(new TextDecoder().decode(layout.get(path)));
  for (const [path, bytes] of layout) {
    if (!path.startsWith('blobs/')) continue;
    t.is(path, `blobs/sha256/${createHash('sha256').update(bytes).digest('hex')}`);
  }
  t.like(json('index.json'), { manifests: [{ digest: image.digest }] });
  const index = json(`blobs/${image.digest.replace(':', '/')}`) as {
    manifests: readonly { digest: string; platform: { architecture: string } }[];
  };
  t.deepEqual(
    index.manifests.map(({ platform }) => platform.architecture),
    ['amd64', 'arm64'],
  );
  for (const { digest } of index.manifests) {
    const manifest = json(`blobs/${digest.replace(':', '/')}`) as { layers: readonly { digest: string }[] };
    const layer = layout.get(`blobs/${(manifest.layers[0]?.digest ?? '').replace(':', '/')}`) ?? new Uint8Array();
    t.true(new TextDecoder().decode(gunzipSync(layer)).startsWith('plugin.wasm'));
  }
});
