// What is emitted, of every example and of policies made for this, on every kind of cluster: each object is what an API server takes,
// an overlay builds to the objects of its cluster, and what a cluster cannot have is not there.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { identityOf } from '../../../src/emit/k8s/object.ts';
import { checkObject } from './check-object.ts';
import { buildOverlay, filesOf, manifestsOf, planPolicy, policyPaths } from './load-manifests.ts';

for (const path of policyPaths) {
  for (const enforcers of ['all', 'existing'] as const) {
    test(`${path}: every object is valid and every overlay builds to its objects (${enforcers})`, async (t) => {
      const planned = await planPolicy(path);
      for (const plan of planned.plans) {
        const manifests = manifestsOf(planned, plan, { enforcers });
        t.deepEqual(manifests.problems, []);
        const files = await filesOf(manifests);
        for (const { folder, objects } of manifests.installation.clusters) {
          for (const object of objects) t.deepEqual(checkObject(object), [], `${folder}: ${identityOf(object)}`);
          const built = buildOverlay(files, folder);
          t.deepEqual([...built.keys()].toSorted(), objects.map(identityOf).toSorted());
          for (const object of objects) t.deepEqual(built.get(identityOf(object)), object, identityOf(object));
        }
        t.deepEqual(await filesOf(manifestsOf(planned, plan, { enforcers })), files);
      }
    });
  }
}

for (const path of ['examples/checkout', 'compiler/test/emit/k8s/policies/everything.rdp']) {
  test(`${path}: the tree is as it was`, async (t) => {
    const planned = await planPolicy(path);
    for (const plan of planned.plans) {
      const files = await filesOf(manifestsOf(planned, plan, { enforcers: 'all' }));
      // What native policies say is tested where they are made.
      const shown = [...files].map(([name, text]) => `# ${name}\n${/admissionpolicy/u.test(name) ? '' : text}`);
      const name = path.split('/').at(-1)?.replace('.rdp', '') ?? '';
      const golden = join(import.meta.dirname, 'golden', `${name}.txt`);
      const text = shown.join('---\n');
      if (process.env['UPDATE'] === '1' && process.env['CI'] === undefined) {
        mkdirSync(dirname(golden), { recursive: true });
        writeFileSync(golden, text);
      }
      t.true(existsSync(golden), golden);
      t.is(text, readFileSync(golden, 'utf8'));
    }
  });
}

test('a cluster has what its cloud and version have, and nothing else', async (t) => {
  for (const path of policyPaths) {
    const planned = await planPolicy(path);
    for (const plan of planned.plans) {
      const { clusters } = manifestsOf(planned, plan, { enforcers: 'all' }).installation;
      for (const [index, { objects }] of clusters.entries()) {
        const target = plan.clusters[index]?.target;
        const groups = new Set(objects.map(({ apiVersion }) => apiVersion.split('/')[0] ?? ''));
        const kinds = new Set(objects.map(({ kind }) => kind));
        // What rules say of other people's objects is in policies and bundles.
        const text = JSON.stringify(objects.filter(({ kind }) => !kind.includes('Policy') && kind !== 'ConfigMap'));
        if (target?.kind === 'aks') t.false(kinds.has('WasmPlugin'));
        if (target?.kind !== 'eks') t.false(groups.has('networking.k8s.aws') || text.includes('eks.amazonaws.com'));
        if (target?.kind !== 'gke') t.false(groups.has('networking.gke.io') || text.includes('iam.gke.io'));
        if (target?.kind !== 'aks') t.false(text.includes('azure.workload.identity'));
        if (target?.kind === 'gke') t.false(groups.has('cilium.io'));
        if ((target?.minor ?? 0) < 36) t.false(kinds.has('MutatingAdmissionPolicy'));
      }
    }
  }
});

test('whoever installs is told which secrets to make, and for whom', async (t) => {
  const notes = async (path: string): Promise<string> => {
    const planned = await planPolicy(path);
    return planned.plans.flatMap((plan) => manifestsOf(planned, plan).notes).join('\n');
  };
  const all = await notes('compiler/test/emit/k8s/policies/everything.rdp');
  t.regex(all, /secret rdp-gateway-admin of who answers, in groups budget-owners, quarantine \(/u);
  t.regex(all, /secret rdp-gateway-inventory with the password/u);
  t.regex(all, /shop-eu: whose pod calls rdp-gateway is told by the address/u);
  const checkout = await notes('examples/checkout');
  t.regex(checkout, /in groups support-leads \(/u);
  t.notRegex(checkout, /rdp-gateway-inventory/u);
  t.notRegex(await notes('examples/k8s'), /rdp-gateway/u);
});
