// Secrets in manifests. What looks like one here is put together from parts, so that no scanner finds it.

import { type PackCases, pod, podOf, type Subject, thing } from './case.ts';

const key = ['AKIA', 'QYLPMN5HFIQR7XYA'].join('');
const token = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
const env = (name: string, value: string): Subject => podOf({ env: [{ name, value }] });
const config = (data: Subject): Subject => thing('v1', 'ConfigMap', { data });
const referring = podOf({
  env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
});
const mounting = pod({ volumes: [{ name: 'db', secret: { secretName: 'db' } }] });

export const secretPacks: readonly PackCases[] = [
  {
    pack: 'secrets.spelled_out',
    rules: {
      SecretInPod: {
        denied: [
          env('X', token),
          podOf({ args: [`--token=${token}`] }),
          pod({ initContainers: [{ name: 'init', env: [{ name: 'X', value: token }] }] }),
          pod({ ephemeralContainers: [{ name: 'look', args: [token] }] }),
        ],
        admitted: [env('X', 'plain'), referring],
      },
      NoSecretInPod: { denied: [env('X', token), env('KEY', key)], admitted: [env('LEVEL', 'debug')] },
      SecretInConfigMap: {
        denied: [config({ 'app.ini': `[github]\nauth = ${token}` })],
        admitted: [config({ 'app.ini': 'level = debug' })],
      },
      NoSecretInConfigMap: {
        denied: [config({ x: token })],
        admitted: [config({ x: 'y' }), thing('v1', 'Secret', { stringData: { x: token } })],
      },
      NoSecretByName: {
        denied: [env('DB_PASSWORD', 'hunter2'), env('clientSecret', 'abc'), env('API_KEY', 'abc')],
        admitted: [
          env('DB_PASSWORD', '$(SECRET)'),
          env('PASSWORD_FILE', '/run/db'),
          env('TOKEN_TTL', '30s'),
          env('DB_PASSWORD', ''),
          referring,
        ],
      },
      NoSecretByNameInConfigMap: {
        denied: [config({ 'db.password': 'hunter2' })],
        admitted: [config({ 'password.min_length': '12' })],
      },
    },
  },
  {
    pack: 'secrets.mounted',
    rules: {
      SecretsAsFiles: {
        denied: [referring, podOf({ envFrom: [{ secretRef: { name: 'db' } }] })],
        admitted: [mounting, podOf({ envFrom: [{ configMapRef: { name: 'web' } }] })],
      },
    },
  },
];
