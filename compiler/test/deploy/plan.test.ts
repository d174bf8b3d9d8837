// What becomes of each rule on each cluster: one place a rule, a reason for every gap, and no gap that nobody hears of.

import test from 'ava';
import { planText, takes } from './plan-text.ts';

const rules = `
detect Host on Cluster.admission { severity high covers owasp.k8s.v2025.K01 when object is Pod && (object.spec.hostNetwork ?? false) }
defend NoHost on Cluster.admission { when Host block "no" }
defend NoPath on Cluster.admission { when object is Pod && object.spec.volumes.exists(v, v.hostPath != none) block "no" }
defend Latest on Cluster.admission { mode warn when object is Pod && object.spec.containers.exists(c, c.image.endsWith(":latest")) block "no" }
`;

function policy(via: string, extra = ''): string {
  return `package shop
import std.k8s
import std.owasp
surface Cluster: k8s {}
${rules}
deploy production {
  namespace "rdp-system"
  clusters {
    plain "a" { kubernetes "1.36" }
  }
  Cluster via ${via}
  ${extra}
}`;
}

function statusOf(text: string, native: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { plan } = planText(text, takes(native));
  return Object.fromEntries(
    (plan.clusters[0]?.rules ?? []).map(({ rule, status, point, reason }) => [
      rule.name,
      [status, point ?? reason ?? ''].join(': '),
    ]),
  );
}

test('the webhook carries what no native policy can say', (t) => {
  t.deepEqual(statusOf(policy('admission'), { NoPath: 'ValidatingAdmissionPolicy' }), {
    Host: 'observed: admission webhook',
    NoHost: 'enforced: admission webhook',
    NoPath: 'enforced: ValidatingAdmissionPolicy',
    Latest: 'observed: admission webhook',
  });
});

test('a route can keep every rule with the webhook', (t) => {
  const all = { Host: 'V', NoHost: 'V', NoPath: 'V', Latest: 'V' };
  t.like(statusOf(policy('admission { native false }'), all), {
    NoHost: 'enforced: admission webhook',
    NoPath: 'enforced: admission webhook',
  });
});

test('what only reports stays with the webhook', (t) => {
  const all = { Host: 'V', NoHost: 'V', NoPath: 'V', Latest: 'V' };
  t.deepEqual(statusOf(policy('admission'), all), {
    Host: 'observed: admission webhook',
    NoHost: 'enforced: V',
    NoPath: 'enforced: V',
    Latest: 'observed: admission webhook',
  });
});

test('without a webhook, what CEL cannot say is a gap with its reason', (t) => {
  t.deepEqual(statusOf(policy('admission_policy'), { NoHost: 'V' }), {
    Host: 'gap: a native policy records nothing, and no webhook is deployed',
    NoHost: 'enforced: V',
    NoPath: 'gap: no words for it',
    Latest: 'gap: a native policy records nothing, and no webhook is deployed',
  });
});

test('a rule that nothing enforces is reported with the limit', (t) => {
  const { diagnostics } = planText(policy('admission_policy'), takes({ NoHost: 'V' }));
  t.deepEqual(
    diagnostics.map(({ code, severity, message }) => [code, severity, message]),
    [['enforcement-gap', 'warning', 'nothing in `production` can enforce `NoPath`: no words for it']],
  );
});

test('a gap that is accepted stays in the report, with the reason', (t) => {
  const accepted = 'gap [NoPath] "nodes have nothing on their disks"';
  const { diagnostics, report } = planText(policy('admission_policy', accepted), takes({ NoHost: 'V' }));
  t.deepEqual(diagnostics, []);
  const row = report.rules.find(({ rule }) => rule === 'NoPath');
  t.is(row?.status, 'accepted');
  t.is(row?.reason, 'no words for it; accepted: nodes have nothing on their disks');
});

test('what some clusters cannot enforce is a warning that names them', (t) => {
  const text = policy('admission_policy').replace('plain "a"', 'plain "b" { kubernetes "1.34" }\n    plain "a"');
  const older = takes({});
  const newer = takes({ NoHost: 'V', NoPath: 'V', Latest: 'V' });
  const { diagnostics } = planText(text, {
    ...newer,
    admissionPolicy: (target, entrypoint) => (target.minor < 36 ? older : newer).admissionPolicy(target, entrypoint),
  });
  t.deepEqual(
    diagnostics.map(({ code, message }) => [code, message]),
    [
      ['partial-enforcement', '`NoHost` is not enforced on `b` of `production`: no words for it'],
      ['partial-enforcement', '`NoPath` is not enforced on `b` of `production`: no words for it'],
    ],
  );
});

test('a threat is enforced where a rule is that asks for what covers it', (t) => {
  const { report } = planText(policy('admission'), takes({ NoHost: 'V' }));
  const threat = report.threats.find(({ threat: id }) => id.endsWith('.K01'));
  t.deepEqual(threat?.enforced, ['a: V']);
  t.deepEqual(threat?.observed, ['a: admission webhook']);
});

test('events that an enforcer does not see in this version are a gap, and no fault of the policy', (t) => {
  const text = `package shop
surface Store: data {}
defend Stop on Store.write { when store.name == "x" block }
deploy production {
  namespace "rdp-system"
  clusters { plain "a" {} }
  Store via gateway
}`;
  const { plan, diagnostics } = planText(text, takes({}));
  t.deepEqual(diagnostics, []);
  t.deepEqual(
    plan.clusters[0]?.rules.map(({ status, absent }) => [status, absent]),
    [['gap', true]],
  );
});

test('the gateway enforces on models and APIs, by what it is told of callers', (t) => {
  const text = (settings: string): string => `package shop
surface Chat: llm {}
surface Api: api { host "api.shop.example" }
defend Stop on Chat.request { when model == "x" block }
defend Budget on Chat.request { limit 100 tokens per 1h by client.workload }
defend Ask on Api.request { when path.text == "/x" approve by "people" }
defend Own on Api.request { when client.subject == "" block }
deploy production {
  namespace "rdp-system"
  clusters { plain "a" {} }
  Chat via gateway { replicas 1${settings} }
  Api via gateway { service "web.shop:8080"${settings} }
}`;
  const fates = (settings: string): readonly (readonly [string, string, string])[] => {
    const { plan } = planText(text(settings), takes({}));
    return (plan.clusters[0]?.rules ?? []).map(({ rule, status, reason = '' }) => [rule.name, status, reason] as const);
  };
  t.deepEqual(fates('').toSorted(), [
    ['Ask', 'enforced', ''],
    ['Budget', 'enforced', ''],
    [
      'Own',
      'gap',
      'rdp-gateway does not know `client.subject`: name the keys of callers\' tokens (`jwt_keys "https://…"`)',
    ],
    ['Stop', 'enforced', ''],
  ]);
  t.true(
    fates(', client_workload "x-forwarded-client-cert", jwt_keys "https://login.example/keys"').every(
      ([, status]) => status === 'enforced',
    ),
  );
});

test('a mesh that speaks for one route speaks for all: the cluster is not asked then', (t) => {
  const { plan } = planText(
    `package shop
surface Chat: llm {}
surface Api: api { host "api.shop.example" }
defend Budget on Chat.request { limit 100 tokens per 1h by client.workload }
deploy production {
  clusters { plain "a" {} }
  Chat via gateway { replicas 1 }
  Api via gateway { client_workload "x-forwarded-client-cert" }
}`,
    takes({}),
  );
  t.like(plan.clusters[0]?.rules[0], {
    status: 'gap',
    reason:
      'rdp-gateway does not know `client.workload`: name the header in which a mesh tells it (`client_workload "x-forwarded-client-cert"`)',
  });
});

test('where WebSockets are let through, rules about what passes over them are gaps', (t) => {
  const text = (setting: string): string => `package shop
surface Api: api { host "api.shop.example" }
pattern secret = re"secret"
detect Secret on Api.request { severity high find secret in texts(body) }
defend NoSecret on Api.request { when Secret block }
defend NoDebug on Api.request { when path.query[?"debug"] != none block }
defend Size on Api.request { limit 1 MB per 1h by client.ip }
defend Rate on Api.request { limit 10 requests per 1h by client.ip }
defend Answer on Api.response { when status == 500 block }
deploy production {
  namespace "rdp-system"
  clusters { plain "a" {} }
  Api via gateway { replicas 1, service "web.shop:8080"${setting} }
}`;
  const gaps = (setting: string): readonly string[] =>
    (planText(text(setting), takes({})).plan.clusters[0]?.rules ?? []).flatMap(({ rule, status, reason = '' }) =>
      status === 'gap' ? [`${rule.name}: ${reason}`] : [],
    );
  t.deepEqual(gaps(''), []);
  t.deepEqual(
    gaps(', websockets true').toSorted(),
    ['Answer', 'NoSecret', 'Size'].map(
      (name) => `${name}: \`websockets true\` lets messages past it, which nobody sees`,
    ),
  );
});

test('a proxy enforces what it can know of a request', (t) => {
  const text = (setting: string): string => `package shop
surface Api: api {}
surface Tools: mcp {}
set blocked = ["mallory"]
detect Known on Api.request { severity low when client.id in blocked }
defend Stop on Api.request { when Known block }
defend Local on Api.request { when client.ip == "10.0.0.1" block }
defend Workload on Api.request { when client.workload == "batch" block }
defend Approve on Api.request { when path.text == "/admin" approve by "ops" }
defend NoTool on Tools.call { when tool.name == "rm" block }
deploy production {
  registry "registry.example/policies"
  clusters { plain "a" {} }
  Api via envoy_gateway { ${setting} }
  Tools via proxy
}`;
  const fates = (setting: string): readonly unknown[] =>
    planText(text(setting), takes({})).plan.clusters[0]?.rules.map(({ rule, status, reason }) => [
      rule.name,
      status,
      reason,
    ]) ?? [];
  const others = [
    ['Local', 'enforced', undefined],
    ['Workload', 'gap', 'Envoy Gateway with proxy.wasm does not know `client.workload`'],
    ['Approve', 'gap', 'Envoy Gateway with proxy.wasm cannot `approve`'],
    ['NoTool', 'gap', 'Envoy with proxy.wasm sees no events of `mcp`'],
  ];
  t.deepEqual(fates(''), [
    ['Known', 'observed', '`detect` reports, it does not act'],
    [
      'Stop',
      'gap',
      'Envoy Gateway with proxy.wasm does not know `client.id`: name the header that tells it (`client_id "x-authenticated-id"`)',
    ],
    ...others,
  ]);
  t.deepEqual(fates('client_id "x-client"'), [
    ['Known', 'observed', '`detect` reports, it does not act'],
    ['Stop', 'enforced', undefined],
    ...others,
  ]);
});

test('rules without a deployment are gaps', (t) => {
  const text = policy('admission').replace('plain "a" { kubernetes "1.36" }', '');
  const { report } = planText(text, takes({}));
  t.deepEqual([...new Set(report.rules.map(({ reason }) => reason))], ['the deployment names no cluster']);
});
