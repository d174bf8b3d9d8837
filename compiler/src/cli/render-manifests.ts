// Files of plain data → YAML that every reader of Kubernetes takes alike: strings that YAML 1.1 would read as something else are in
// quotes, nothing is folded, nothing refers to anything else. The writer of YAML is loaded when there is something to write.

import { placeholders, type HelmChart, type HelmTemplate } from '../emit/k8s/helm.ts';
import type { ManifestFile } from '../emit/k8s/kustomize.ts';

/** The texts of files, by their paths. */
export async function renderManifests(files: readonly ManifestFile[]): Promise<ReadonlyMap<string, string>> {
  const write = await yamlWriter();
  return new Map(files.map(({ path, document }) => [path, write(document)]));
}

/** The texts of a chart's files, by their paths. */
export async function renderChart({
  about,
  values,
  clusters,
  templates,
}: HelmChart): Promise<ReadonlyMap<string, string>> {
  const write = await yamlWriter();
  return new Map([
    ['Chart.yaml', write(about)],
    ['values.yaml', write(values)],
    ['templates/cluster.yaml', clusterCheck(clusters)],
    // One file: of several, those of objects that are gone would stay from an earlier compile, and Helm would install them.
    ['templates/objects.yaml', templates.map((template) => templateText(template, clusters, write)).join('---\n')],
  ]);
}

async function yamlWriter(): Promise<(document: unknown) => string> {
  const { default: yaml } = await import('yaml');
  return (document) => yaml.stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

/** Refuses to render for a cluster that the chart does not know. */
function clusterCheck(clusters: readonly string[]): string {
  const names = clusters.join(', ');
  return `{{- if not (has .Values.cluster ${listOf(clusters)}) }}{{ fail "cluster is one of ${names}" }}{{- end }}\n`;
}

/** An object that all clusters have alike stands there as it is; other forms are branches. */
function templateText(
  { forms }: HelmTemplate,
  clusters: readonly string[],
  write: (document: unknown) => string,
): string {
  const texts = forms.map(({ clusters: own, object }) => ({ own, text: templated(write(object)) }));
  const [only, ...others] = texts;
  if (only !== undefined && others.length === 0 && only.own.length === clusters.length) return only.text;
  const branches = texts.map(
    ({ own, text }, index) => `{{- ${index === 0 ? 'if' : 'else if'} has .Values.cluster ${listOf(own)} }}\n${text}`,
  );
  return `${branches.join('')}{{- end }}\n`;
}

function listOf(names: readonly string[]): string {
  return `(list ${names.map((name) => JSON.stringify(name)).join(' ')})`;
}

/** Braces of a policy's own are no template; values stand where placeholders were. */
function templated(text: string): string {
  return text
    .replaceAll('{{', '{{ "{{" }}')
    .replaceAll(placeholders, (_, path: string) => `{{ .Values.${path.replace('_', '.')} }}`);
}
