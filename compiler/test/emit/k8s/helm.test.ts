// The chart gives, for each cluster, exactly the objects that kustomize builds. The templates use so little of Helm's language that a few
// lines read it here; `npm run test:interop` asks Helm itself.

import test from 'ava';
import { parse, parseAllDocuments } from 'yaml';
import { renderChart } from '../../../src/cli/render-manifests.ts';
import { helmChart } from '../../../src/emit/k8s/helm.ts';
import { identityOf, type KubernetesObject } from '../../../src/emit/k8s/object.ts';
import { manifestsOf, planPolicy, policyPaths } from './load-manifests.ts';

type Values = Readonly<Record<string, unknown>>;

function valueAt(values: Values, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Values)[key], values); // paths of values.yaml
}

/** Renders what our templates use: `if`/`else if has .Values.cluster (list …)`, `.Values.…` and a pair of braces as text. */
function render(template: string, values: Values): string {
  let shows = true;
  let taken = false;
  const lines = template.split('\n').flatMap((line) => {
    const branch = /^\{\{- (?:else )?if has \.Values\.cluster \(list (.*)\) \}\}$/u.exec(line);
    if (branch !== null) {
      if (!line.includes('else')) taken = false;
      shows = !taken && (branch[1] ?? '').split(' ').includes(JSON.stringify(values['cluster']));
      taken ||= shows;
      return [];
    }
    if (line === '{{- end }}') {
      shows = true;
      return [];
    }
    return shows ? [line] : [];
  });
  return lines
    .join('\n')
    .replaceAll(/\{\{ \.Values\.([a-z._]+) \}\}/gu, (_, path: string) => String(valueAt(values, path)))
    .replaceAll('{{ "{{" }}', '{{');
}

for (const path of policyPaths) {
  test(`${path}: the chart renders to the objects of each cluster`, async (t) => {
    const planned = await planPolicy(path);
    for (const plan of planned.plans) {
      const { installation } = manifestsOf(planned, plan, { enforcers: 'all' });
      const chart = helmChart('rdp-production', installation);
      t.truthy(chart);
      if (chart === undefined) return;
      const files = await renderChart(chart);
      const values = parse(files.get('values.yaml') ?? '') as Values; // a map
      for (const { folder, objects } of installation.clusters) {
        const text = render(files.get('templates/objects.yaml') ?? '', { ...values, cluster: folder });
        const rendered = parseAllDocuments(text, { version: '1.1' })
          .map((document) => document.toJS() as KubernetesObject | null) // of a Kubernetes object, or nothing
          .filter((object) => object !== null);
        t.deepEqual(
          new Map(rendered.map((object) => [identityOf(object), object])),
          new Map(objects.map((object) => [identityOf(object), object])),
        );
      }
    }
  });
}
