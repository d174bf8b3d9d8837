// The report on a policy → the tree of the view: rules, and below each where it is enforced or why not.

/** What the server answers; `rows` are those of `report.json`. */
export type ReportAnswer =
  | {
      readonly kind: 'report';
      readonly report: { readonly rules: readonly ReportRow[]; readonly threats: readonly ThreatRow[] };
    }
  | { readonly kind: 'problem'; readonly message: string };

/** One rule on one cluster. */
export interface ReportRow {
  readonly package: string;
  readonly rule: string;
  readonly verb: string;
  readonly on: string;
  readonly cluster: string | null;
  readonly point: string | null;
  readonly status: 'enforced' | 'observed' | 'accepted' | 'gap';
  readonly reason: string | null;
}

/** One threat of an edition that the policy names. */
export interface ThreatRow {
  readonly threat: string;
  readonly title: string;
  readonly rules: readonly string[];
  readonly enforced: readonly string[];
  readonly observed: readonly string[];
  readonly gaps: readonly string[];
}

/** A line of the tree. */
export interface ReportNode {
  readonly label: string;
  readonly description: string;
  readonly status: ReportRow['status'];
  readonly tooltip: string;
  /** To find the rule by. */
  readonly rule: string;
  readonly children: readonly ReportNode[];
}

const order: readonly ReportRow['status'][] = ['gap', 'accepted', 'observed', 'enforced'];

/** Rules with their clusters; what is enforced nowhere comes first. */
export function reportNodes(rows: readonly ReportRow[]): readonly ReportNode[] {
  const rules = new Map<string, ReportRow[]>();
  for (const row of rows) {
    const key = `${row.package}.${row.rule}`;
    const own = rules.get(key);
    if (own === undefined) rules.set(key, [row]);
    else own.push(row);
  }
  return [...rules.values()]
    .flatMap((own) => {
      const [first] = own;
      return first === undefined ? [] : [ruleNode(first, own)];
    })
    .toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status) || (a.label < b.label ? -1 : 1));
}

function ruleNode(first: ReportRow, rows: readonly ReportRow[]): ReportNode {
  const weakest = order.find((status) => rows.some((row) => row.status === status)) ?? 'gap';
  const counts = order
    .map((status) => [status, rows.filter((row) => row.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => (count === 1 ? status : `${count} × ${status}`))
    .toReversed();
  return {
    label: first.rule,
    description: `${counts.join(', ')} · ${first.on}`,
    status: weakest,
    tooltip: `${first.verb} ${first.rule} on ${first.on}`,
    rule: first.rule,
    children: rows.map(clusterNode),
  };
}

function clusterNode({ rule, cluster, point, status, reason }: ReportRow): ReportNode {
  return {
    label: cluster ?? 'no cluster',
    description: [point, reason].filter((text) => text !== null).join(': ') || status,
    status,
    tooltip: reason ?? `${status}${point === null ? '' : ` by ${point}`}`,
    rule,
    children: [],
  };
}

/** Threats, those first that no rule is against. */
export function threatNodes(threats: readonly ThreatRow[]): readonly ReportNode[] {
  return threats
    .map(({ threat, title, rules, enforced, observed, gaps }): ReportNode => {
      const status =
        enforced.length > 0 ? (gaps.length > 0 ? 'observed' : 'enforced') : observed.length > 0 ? 'observed' : 'gap';
      const places = [
        ...enforced.map((place) => placeNode(place, 'enforced')),
        ...observed.map((place) => placeNode(place, 'observed')),
        ...gaps.map((place) => placeNode(place, 'gap')),
      ];
      return {
        label: threatLabel(threat),
        description: title,
        status,
        tooltip: rules.length === 0 ? `${threat}: no rule is against it` : `${threat}: ${rules.join(', ')}`,
        rule: rules[0] ?? '',
        children: places,
      };
    })
    .toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}

/** `LLM02:2026` of `owasp.llm.v2026.LLM02`, as the lists themselves have it. */
function threatLabel(threat: string): string {
  const [edition = '', code = threat] = threat.split('.').slice(-2);
  return `${code}:${edition.replace(/^v/, '')}`;
}

function placeNode(label: string, status: ReportRow['status']): ReportNode {
  return { label, description: status, status, tooltip: `${status}: ${label}`, rule: '', children: [] };
}

/** `12 enforced, 1 gap` */
export function reportSummary(rows: readonly ReportRow[]): string {
  return order
    .toReversed()
    .map((status) => [status, rows.filter((row) => row.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}${status === 'gap' && count > 1 ? 's' : ''}`)
    .join(', ');
}
