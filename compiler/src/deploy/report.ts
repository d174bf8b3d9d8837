// Plans → report.json and report.md: every rule on every cluster, by whom it is enforced or why not; and every threat of the editions
// that the policy names, with what stands against it where. Says what is so, gaps first to last; judges nothing.
// INVARIANT: same plans, same bytes.

import type { Model, RuleModel } from '@rdp/language';
import { coverageOf, type ThreatCoverage } from './coverage.ts';
import type { ClusterPlan, DeployPlan, RuleStatus } from './plan.ts';
import type { ClusterTarget } from './targets.ts';

/** One rule on one cluster, as `report.json` has it. */
export interface ReportRow {
  /** `shop.checkout`; names of rules are unique within a package alone. */
  readonly package: string;
  readonly rule: string;
  readonly verb: RuleModel['verb'];
  /** `Chat.request` */
  readonly on: string;
  /** Null where no deployment carries the rule. */
  readonly deploy: string | null;
  readonly cluster: string | null;
  /** `admission webhook`, `ValidatingAdmissionPolicy`; null for a gap. */
  readonly point: string | null;
  readonly status: RuleStatus;
  /** Null where it is enforced. */
  readonly reason: string | null;
  /** The threats that it stands against: its own, and those of the rules that it asks for. */
  readonly covers: readonly string[];
}

/** `report.json`. */
export interface Report {
  readonly version: 2;
  readonly rules: readonly ReportRow[];
  readonly clusters: readonly {
    readonly deploy: string;
    readonly cluster: string;
    readonly kind: string;
    /** `1.36` */
    readonly kubernetes: string;
    readonly folder: string;
    /** What whoever runs the cluster has to have turned on. */
    readonly requires: readonly string[];
    /** Whose objects no rule is asked about, so that the cluster can always come up. */
    readonly exempt: readonly string[];
  }[];
  readonly threats: readonly ThreatCoverage[];
}

/** The report on a policy; rules of packages that no deployment carries are gaps. */
export function reportOf(model: Model, plans: readonly DeployPlan[]): Report {
  const rows = [...plans.flatMap(rowsOfPlan), ...unrouted(model, plans)];
  return {
    version: 2,
    rules: rows.toSorted((a, b) => compare(sortKey(a), sortKey(b))),
    clusters: plans.flatMap(({ deploy, clusters }) =>
      clusters.map(({ target }) => ({
        deploy: deploy.name,
        cluster: target.name,
        kind: target.kind,
        kubernetes: `1.${target.minor}`,
        folder: target.folder,
        requires: [
          ...(target.minorNamed ? [] : [`Kubernetes 1.${target.minor} or newer: the policy names no version`]),
          ...target.requires,
        ],
        exempt: exemptOf(target, deploy.namespace),
      })),
    ),
    threats: coverageOf(model, rows),
  };
}

/** Names, and beginnings of names with a star behind. */
function exemptOf({ systemNamespaces }: ClusterTarget, own: string): readonly string[] {
  return [...new Set([...systemNamespaces, own])].toSorted();
}

/** The two files of a report. */
export function renderReport(report: Report): readonly (readonly [string, string])[] {
  return [
    ['report.json', `${JSON.stringify(report, null, 2)}\n`],
    ['report.md', markdownOf(report)],
  ];
}

/** `12 enforced, 3 observed, 1 gap`, of rules on clusters. */
export function countsOf({ rules }: Report): string {
  const count = (status: RuleStatus): number => rules.filter((row) => row.status === status).length;
  const [gaps, accepted] = [count('gap'), count('accepted')];
  return [
    `${count('enforced')} enforced`,
    `${count('observed')} observed`,
    ...(accepted === 0 ? [] : [`${accepted} accepted`]),
    `${gaps} ${gaps === 1 ? 'gap' : 'gaps'}`,
  ].join(', ');
}

function rowsOfPlan(plan: DeployPlan): readonly ReportRow[] {
  return plan.clusters.flatMap((cluster) => rowsOfCluster(plan, cluster));
}

function rowsOfCluster({ deploy }: DeployPlan, { target, rules }: ClusterPlan): readonly ReportRow[] {
  return rules.map(({ rule, entrypoint, status, point, reason, covers }) => ({
    package: deploy.package,
    rule: rule.name,
    verb: rule.verb,
    on: `${entrypoint.surface}.${entrypoint.event}`,
    deploy: deploy.name,
    cluster: target.name,
    point: point ?? null,
    status,
    reason: reason ?? null,
    covers,
  }));
}

function unrouted(model: Model, plans: readonly DeployPlan[]): readonly ReportRow[] {
  const nowhere = model.deploys.length === 0 ? 'no deployment is declared' : 'no deployment routes this surface';
  return model.rules.flatMap((rule): readonly ReportRow[] => {
    const deploys = model.deploys.filter((deploy) => deploy.package === rule.package);
    const planned = plans.filter(({ clusters }) => clusters.length > 0);
    if (deploys.some((deploy) => planned.some((plan) => plan.deploy === deploy))) return [];
    const row = {
      package: rule.package,
      rule: rule.name,
      verb: rule.verb,
      on: `${rule.surface}.${rule.event}`,
      covers: rule.covers,
    };
    const gap = { ...row, cluster: null, point: null, status: 'gap' } as const;
    if (deploys.length === 0) return [{ ...gap, deploy: null, reason: nowhere }];
    return deploys.map(({ name }) => ({ ...gap, deploy: name, reason: 'the deployment names no cluster' }));
  });
}

function sortKey({ package: owner, rule, on, deploy, cluster }: ReportRow): readonly string[] {
  return [owner, on, rule, deploy ?? '', cluster ?? ''];
}

function compare(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((part, at) => part !== b[at]);
  if (index < 0) return 0;
  return (a[index] ?? '') < (b[index] ?? '') ? -1 : 1;
}

function markdownOf(report: Report): string {
  return [
    '# Enforcement report',
    '',
    `Rules × clusters: ${countsOf(report)}.`,
    '',
    ...table(
      ['rule', 'on', 'cluster', 'enforcement point', 'status', 'why'],
      report.rules.map(({ package: owner, rule, on, cluster, point, status, reason }) => [
        `${owner}.${rule}`,
        on,
        cluster ?? '–',
        point ?? '–',
        status,
        reason ?? '',
      ]),
    ),
    ...(report.clusters.length === 0 ? [] : ['', '## Clusters', '']),
    ...report.clusters.flatMap(({ cluster, kind, kubernetes, folder, requires, exempt }, index) => [
      ...(index === 0 ? [] : ['']),
      `**${cluster}** (${kind}, Kubernetes ${kubernetes}, \`k8s/${folder}\`) leaves alone ${exempt.map((name) => `\`${name}\``).join(', ')}, and requires:`,
      '',
      ...(requires.length === 0 ? ['- nothing more'] : requires.map((what) => `- ${what}`)),
    ]),
    '',
    '## Threats',
    '',
    ...table(
      ['threat', 'title', 'rules', 'enforced by', 'observed by', 'gaps'],
      report.threats.map(({ threat, title, rules, enforced, observed, gaps }) => [
        threat,
        title,
        rules.join(', ') || 'none',
        ...[enforced, observed, gaps].map((places) => places.join(', ')),
      ]),
    ),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
