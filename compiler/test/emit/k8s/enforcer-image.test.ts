// The programs understand the arguments that manifests give them, and serve what probes and the webhook's configuration ask for.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readAdmissionCall } from '../../../../runtime/src/admission/read-options.ts';
import { quarantineLabel as labelOfProgram } from '../../../../runtime/src/admission/quarantine.ts';
import { routeOf } from '../../../../runtime/src/admission/review-route.ts';
import {
  admissionArguments,
  bundlePath,
  livePath,
  metricsPath,
  metricsPort,
  mutatePath,
  readyPath,
  tlsFolder,
  validatePath,
} from '../../../src/emit/k8s/enforcer-image.ts';
import { quarantineLabel } from '../../../src/emit/k8s/quarantine.ts';

test('rdp-admission takes its arguments as they are meant', (t) => {
  const call = readAdmissionCall(
    admissionArguments({ port: 10250, failurePolicy: 'Ignore', exempt: ['kube-system', 'rdp-system'] }),
  );
  t.like(call, {
    kind: 'serve',
    options: {
      port: 10250,
      metricsPort,
      policy: { failure: 'ignore', exempt: new Set(['kube-system', 'rdp-system']) },
      certificates: { certificate: `${tlsFolder}/tls.crt`, key: `${tlsFolder}/tls.key` },
    },
  });
  t.true(JSON.stringify(admissionArguments({ port: 1, failurePolicy: 'Fail', exempt: [] })).includes(bundlePath));
});

test('the label of a quarantine is the one that the program sets', (t) => {
  t.is(quarantineLabel, labelOfProgram);
});

test('the paths are those that the program serves', (t) => {
  t.like(routeOf(validatePath), { phase: 'validate' });
  t.like(routeOf(mutatePath), { phase: 'mutate' });
  const health = readFileSync(join(import.meta.dirname, '../../../../runtime/src/server/listen-health.ts'), 'utf8');
  for (const path of [livePath, readyPath, metricsPath]) t.true(health.includes(`'${path}'`), path);
});
