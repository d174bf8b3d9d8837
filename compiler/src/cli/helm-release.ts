// The files of a chart → whether Helm can keep a release of it. A release is the chart and what was rendered of it, packed, in one Secret,
// and a Secret holds 1 MiB; Helm says so only when it installs.
// Source: helm.sh/helm/v3 pkg/storage/driver (encodeRelease: JSON, gzip, base64) and pkg/chart (files are base64 in JSON).

import { gzipSync } from 'node:zlib';

/** What a Secret holds (`MaxSecretSize` of k8s.io/api/core/v1). */
const mostBytes = 1024 * 1024;

/** A note where a release is too large, in one sentence; a bound, as if every cluster's form of an object were rendered. */
export function releaseNote(chart: ReadonlyMap<string, string>): string | undefined {
  const files = [...chart].map(([name, text]) => ({ name, data: Buffer.from(text).toString('base64') }));
  const manifest = chart.get('templates/objects.yaml') ?? '';
  const packed = gzipSync(JSON.stringify({ chart: { templates: files }, manifest })).length;
  const size = Math.ceil(packed / 3) * 4;
  if (size <= mostBytes) return undefined;
  const mebibytes = (size / mostBytes).toFixed(1);
  return (
    `Helm keeps a release in a Secret, which holds 1 MiB, and this chart may come to ${mebibytes} MiB: install with \`kubectl apply -k\`, or pipe ` +
    '`helm template` into `kubectl apply --server-side -f -`.'
  );
}
