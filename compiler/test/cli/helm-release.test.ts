// What Helm can keep of a chart.

import test from 'ava';
import { randomBytes } from 'node:crypto';
import { releaseNote } from '../../src/cli/helm-release.ts';

test('a chart that fits into a Secret has no note', (t) => {
  t.is(releaseNote(new Map([['templates/objects.yaml', 'kind: ConfigMap\n'.repeat(10_000)]])), undefined);
});

test('a release that no Secret holds is told of, with its size', (t) => {
  const text = randomBytes(600_000).toString('base64');
  t.regex(releaseNote(new Map([['templates/objects.yaml', text]])) ?? '', /may come to [12]\.\d MiB/);
});
