// Kubernetes' types by name, as functions take them; and packages of the library below another one's folder.

import test from 'ava';
import { checkText, saidBy } from '../std/check-files.ts';

const said = (text: string): readonly string[] =>
  saidBy(checkText(`package cluster\nsurface Cluster: k8s {}\n${text}`));

test('functions take parts of objects', (t) => {
  t.deepEqual(
    said(`fn root(c: k8s.Container) -> bool = (c.securityContext?.runAsUser ?? 1) == 0
fn volume(v: k8s.core.v1.Volume) -> bool = v.hostPath != none
fn bound(s: k8s.rbac.v1.Subject) -> bool = s.name == "admin"
defend Pods on Cluster.admission {
  when object is Pod && (object.spec.containers.exists(c, root(c)) || object.spec.volumes.exists(v, volume(v)))
  block "no"
}
defend Bindings on Cluster.admission { when object is RoleBinding && object.subjects.exists(s, bound(s)) block "no" }`),
    [],
  );
});

test('all containers of a pod are of one type', (t) => {
  t.deepEqual(
    said(`defend Pods on Cluster.admission {
  when object is Pod && k8s.containers(object.spec).exists(c, c.stdin ?? false)
  block "{k8s.names(object.spec.ephemeralContainers)} must not be interactive"
}`),
    [],
  );
});

test('all containers of a pod can be searched', (t) => {
  t.deepEqual(
    said(`pattern key = re"key-[0-9]{8}"
detect Keys on Cluster.admission {
  severity high
  when     object is Pod
  find     key in k8s.containers(object.spec)[*].env[*].value
}`),
    [],
  );
});

test('a name of several groups needs its group', (t) => {
  const [fault = ''] = said('fn bound(s: k8s.Subject) -> bool = s.name == "admin"');
  t.regex(fault, /unknown-type/);
});

test('a name that is no type, a group that is none', (t) => {
  for (const name of ['k8s.Containr', 'k8s.rbac.v1.Containr', 'k8s.rbac.v9.Subject', 'k8s.rbac', 'k8s.rbac.v1']) {
    t.true(
      said(`fn f(s: ${name}) -> bool = true`).some((fault) => fault.includes('unknown-type')),
      name,
    );
  }
});

test('what stands below the folder of a package is no part of it', (t) => {
  const [fault = ''] = said('fn f(c: k8s.Container) -> bool = k8s.privileged(c)');
  t.regex(fault, /privileged/);
  t.deepEqual(
    saidBy(
      checkText(`package cluster
import std.k8s.pod_security
surface Cluster: k8s {}
defend Pods on Cluster.admission {
  when object is Pod && object.spec.containers.exists(c, pod_security.privileged(c))
  block "no"
}`),
    ),
    [],
  );
});
