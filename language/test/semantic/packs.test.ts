// Packs: which rules an `apply` brings, under which names and modes, and where they point to.

import test from 'ava';
import type { CoreExpr } from '../../src/semantic/core.ts';
import type { CheckResult } from '../../src/semantic/project.ts';
import { coreChildren } from '../../src/semantic/walk-core.ts';
import { lineColumn } from '../../src/source/source-file.ts';
import { checkProgram } from '../../src/semantic/check-program.ts';
import { stdFiles } from '../../src/std.generated.ts';
import { checkText, saidBy } from '../std/check-files.ts';

const pack = `package shop

surface Cluster: k8s { subresources ["*"] }
surface Staging: k8s { subresources ["*"] }

/// What pods may not have.
pack pods(minor: int = 36, reserved: set<string> = ["kube-system"]) on k8s {
  /// A pod on the host's network sees the host's traffic.
  detect HostNetwork on admission {
    severity high
    when     minor >= 30 && object is Pod && (object.spec.hostNetwork ?? false)
  }

  defend Stop on admission {
    when  HostNetwork
    block "no host network (1.{minor})"
  }

  defend Reserved on admission {
    mode warn
    when namespace in reserved
    block
  }
}
`;

function rulesOf(result: CheckResult): Record<string, readonly string[]> {
  const entrypoints = (result.programs ?? []).flatMap((program) => program.entrypoints);
  return Object.fromEntries(
    entrypoints.map(({ name, rules }) => [name, rules.map((rule) => `${rule.verb} ${rule.name} ${rule.mode}`)]),
  );
}

test('rules are named after the pack, or after the alias, on each surface by itself', (t) => {
  const result = checkText(`${pack}
apply pods to Cluster { mode observe }
apply pods to Cluster as strict { except Reserved }
apply pods to Staging { except [HostNetwork, Stop] }`);
  t.deepEqual(saidBy(result), []);
  t.deepEqual(rulesOf(result), {
    'shop/Cluster/admission': [
      'detect pods.HostNetwork enforce',
      'defend pods.Stop observe',
      'defend pods.Reserved observe',
      'detect strict.HostNetwork enforce',
      'defend strict.Stop enforce',
    ],
    'shop/Staging/admission': ['defend pods.Reserved warn'],
  });
});

test('rules of a pack name each other within one application', (t) => {
  const result = checkText(`${pack}
apply pods to Cluster
apply pods to Cluster as strict`);
  const rules = result.programs?.[0]?.entrypoints[0]?.rules ?? [];
  const fired = (core: CoreExpr | undefined): number =>
    core === undefined ? -1 : core.op === 'rule-fired' ? core.rule : Math.max(-1, ...coreChildren(core).map(fired));
  const stops = rules.filter(({ name }) => name.endsWith('.Stop'));
  t.deepEqual(
    stops.map(({ condition }) => rules[fired(condition)]?.name),
    ['pods.HostNetwork', 'strict.HostNetwork'],
  );
});

test('a policy names rules of a pack in conditions, exemptions and tests', (t) => {
  const result = checkText(`${pack}
apply pods to Cluster as base { reserved ["kube-public"] }

defend Page on Cluster.admission {
  when  base.HostNetwork && operation == "CREATE"
  alert "a pod on the host's network"
}

exempt base.Stop {
  when   namespace == "network"
  until  2030-01-01
  owner  "platform@shop.example"
  reason "runs the network"
}

test "a reserved namespace" on Cluster.admission {
  given  { operation: "CREATE", namespace: "kube-public" }
  expect base.Reserved, not base.HostNetwork, not blocked by base.Stop
}`);
  t.deepEqual(saidBy(result), []);
  const rules = result.programs?.[0]?.entrypoints[0]?.rules ?? [];
  t.is(rules.find(({ name }) => name === 'base.Stop')?.exemptions.length, 1);
  t.is(rules.find(({ name }) => name === 'base.HostNetwork')?.exemptions.length, 0);
});

test('spans and documentation are those of the pack', (t) => {
  const { model } = checkText(`${pack}\napply pods to Cluster as base`);
  const rule = model.rules.find(({ name }) => name === 'base.HostNetwork');
  t.is(rule?.doc, "A pod on the host's network sees the host's traffic.");
  t.deepEqual(rule && lineColumn(rule.span.file, rule.span.start), { line: 9, column: 10 });
  const symbols = model.packages.flatMap((each) => (each.name === 'shop' ? each.symbols : []));
  t.is(symbols.find(({ name }) => name === 'pods')?.doc, 'What pods may not have.');
  t.is(symbols.find(({ name }) => name === 'pods.HostNetwork')?.kind, 'detect');
});

test('a pack of another package sees its own imports, sets and functions', (t) => {
  const result = checkText(`${pack.replace('package shop', 'package shop.lib')}
set own = ["a"]
fn is_own(name: string) -> bool = name in own
pack owned on k8s {
  defend Owned on admission {
    when  is_own(namespace)
    block
  }
}`);
  t.deepEqual(saidBy(result), []);
});

test('the data of a package without events of its own is that of who applies its packs', (t) => {
  const library = `package shop.lib
data blocked: set<string> from "blocked.json"
pack names on k8s {
  defend Blocked on admission {
    when  namespace in blocked
    block
  }
}`;
  const policy = `package shop
import shop.lib
surface Cluster: k8s {}
apply lib.names to Cluster`;
  const files = [
    { path: 'lib/names.rdp', text: library },
    { path: 'shop.rdp', text: policy },
  ];
  const { programs } = checkProgram({ files, documents: new Map(), std: stdFiles });
  t.deepEqual(
    programs?.map(({ data }) => data),
    [[{ path: ['shop', 'lib', 'blocked'], file: 'lib/blocked.json' }]],
  );
});

test('custom kinds of the package of a pack are kinds where it is applied', (t) => {
  const library = `package shop.lib
use crd "backup.yaml"
pack backups(days: int = 7) on k8s {
  defend Retention on admission {
    when  object is Backup && object.spec.days < days
    block
  }
}`;
  const policy = `package shop
import shop.lib
use crd "backup.yaml"
surface Cluster: k8s {}
apply lib.backups to Cluster { days 3 }`;
  const crd = {
    kind: 'CustomResourceDefinition',
    spec: {
      group: 'shop.example',
      names: { kind: 'Backup', plural: 'backups' },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              required: ['spec'],
              properties: {
                spec: { type: 'object', required: ['days'], properties: { days: { type: 'integer' } } },
              },
            },
          },
        },
      ],
    },
  };
  const files = [
    { path: 'lib.rdp', text: library },
    { path: 'shop.rdp', text: policy.replace('use crd "backup.yaml"\n', '') },
  ];
  const documents = new Map([['backup.yaml', crd]]);
  t.deepEqual(saidBy(checkProgram({ files, documents, std: stdFiles })), []);
  const both = [...files.slice(0, 1), { path: 'shop.rdp', text: policy }];
  t.deepEqual(saidBy(checkProgram({ files: both, documents, std: stdFiles })), []);
});
