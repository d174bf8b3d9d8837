// Programs and a deployment → what becomes of every rule on every cluster: who enforces it, who only observes it, or that nobody does
// and why. Emitters and the report read the plan; nobody decides a second time.
// INVARIANT: a rule has one enforcement point on a cluster. Native policy comes first, what it cannot say goes to the webhook, and
// what neither can say is a gap; nothing is enforced in part.
// Leaves to the emitters what can be said natively: they are asked rule by rule (`NativeEmitters`).

import { coreChildren } from '@rdp/language';
import type { CoreEntrypoint, CoreExpr, CoreProgram, CoreRule, DeployModel } from '@rdp/language';
import type { StreamPlan } from '@rdp/runtime/contract';
import { planStream } from '../ir/stream-plan.ts';
import { unknownCaller } from './caller-facts.ts';
import { enforcerOf, type Enforcer } from './enforcers.ts';
import { gatewayLack } from './gateway-keeping.ts';
import { passedByMessages } from './past-messages.ts';
import { routeLack, ruleLack, type PlaceOfRule } from './place-lacks.ts';
import { targetsOf, type ClusterTarget } from './targets.ts';

/** What an emitter of native objects makes of one rule. */
export type NativeFate =
  /** `kinds`: of the objects that carry it, `ValidatingAdmissionPolicy`. */
  | { readonly kind: 'native'; readonly point: string }
  /** The reason is one line, lower-case, no final stop. `absent`: this version has no such objects at all. */
  | { readonly kind: 'refused'; readonly reason: string; readonly absent?: true };

/** Asks for every rule of an entrypoint, in their order, what becomes of it on a cluster. */
export type NativeEmitter = (target: ClusterTarget, entrypoint: CoreEntrypoint) => readonly NativeFate[];

/** The emitters of objects that a cluster enforces by itself. */
export interface NativeEmitters {
  readonly admissionPolicy: NativeEmitter;
  readonly networkPolicy: NativeEmitter;
}

/** `accepted`: a gap that the deployment names, with a reason. */
export type RuleStatus = 'enforced' | 'observed' | 'accepted' | 'gap';

/** One rule on one cluster. */
export interface PlannedRule {
  readonly rule: CoreRule;
  readonly entrypoint: CoreEntrypoint;
  readonly status: RuleStatus;
  /** `admission webhook`, `ValidatingAdmissionPolicy`, `rdp-gateway`; none for a gap. */
  readonly point: string | undefined;
  /** Whether the point is an object of the cluster, and none of our enforcers. */
  readonly native: boolean;
  /** Why it is not enforced; none when it is. */
  readonly reason: string | undefined;
  /** The threats that it stands against: its own, and those of the rules that it asks for; sorted. */
  readonly covers: readonly string[];
  /** The gap is no fault of the policy: this version lacks the enforcer. */
  readonly absent: boolean;
}

/** One cluster of a deployment. */
export interface ClusterPlan {
  readonly target: ClusterTarget;
  readonly rules: readonly PlannedRule[];
}

/** What becomes of a deployment. */
export interface DeployPlan {
  readonly deploy: DeployModel;
  readonly clusters: readonly ClusterPlan[];
}

/** Plans one deployment; `programs` are those of all packages, of which those of the deployment's package are meant. */
export function planDeploy(
  deploy: DeployModel,
  programs: readonly CoreProgram[],
  emitters: NativeEmitters,
): DeployPlan {
  const entrypoints = programs
    .filter((program) => program.package === deploy.package)
    .flatMap((program) => eventsOf(program));
  const clusters = targetsOf(deploy).map((target) => ({
    target,
    rules: entrypoints.flatMap((entrypoint) => planEntrypoint({ deploy, target, entrypoint, emitters })),
  }));
  return { deploy, clusters };
}

/** One entrypoint an event: its other forms decide alike. */
export function eventsOf(program: CoreProgram): readonly CoreEntrypoint[] {
  const seen = new Set<readonly CoreRule[]>();
  return program.entrypoints.filter(({ rules, internal }) => {
    if (internal === true || seen.has(rules)) return false;
    seen.add(rules);
    return true;
  });
}

interface Question {
  readonly deploy: DeployModel;
  readonly target: ClusterTarget;
  readonly entrypoint: CoreEntrypoint;
  readonly emitters: NativeEmitters;
}

type Fate =
  | { readonly kind: 'acts'; readonly point: string; readonly native: boolean }
  | { readonly kind: 'notes'; readonly point: string; readonly native: boolean; readonly reason: string }
  | { readonly kind: 'nothing'; readonly reason: string; readonly absent?: true };

function planEntrypoint(question: Question): readonly PlannedRule[] {
  const { deploy, entrypoint } = question;
  const fates = fatesOf(question);
  return entrypoint.rules.map((rule, index) => {
    const fate: Fate = fates[index] ?? { kind: 'nothing', reason: 'the deployment routes this surface nowhere' };
    const gap = deploy.gaps.find((accepted) => accepted.rule === rule.name);
    const covers = [...threatsOf(entrypoint.rules, index)].toSorted();
    const shared = { rule, entrypoint, covers };
    switch (fate.kind) {
      case 'acts':
        return {
          ...shared,
          status: 'enforced',
          point: fate.point,
          native: fate.native,
          reason: undefined,
          absent: false,
        };
      case 'notes':
        return {
          ...shared,
          status: 'observed',
          point: fate.point,
          native: fate.native,
          reason: fate.reason,
          absent: false,
        };
      case 'nothing':
        return {
          ...shared,
          status: gap === undefined ? 'gap' : 'accepted',
          point: undefined,
          native: false,
          reason: gap === undefined ? fate.reason : `${fate.reason}; accepted: ${gap.reason}`,
          absent: fate.absent === true,
        };
    }
  });
}

function fatesOf({ deploy, target, entrypoint, emitters }: Question): readonly Fate[] {
  const route = deploy.routes.find(({ surface }) => surface === entrypoint.surface);
  const { rules } = entrypoint;
  if (route === undefined) return [];
  if (route.via === 'network_policy') {
    const fates = emitters.networkPolicy(target, entrypoint);
    return rules.map((rule, index) => nativeFate(rule, fates[index], 'a network policy records nothing'));
  }
  if (route.via === 'admission_policy') {
    const fates = emitters.admissionPolicy(target, entrypoint);
    const silent = 'a native policy records nothing, and no webhook is deployed';
    return rules.map((rule, index) => nativeFate(rule, fates[index], silent));
  }
  const enforcer = enforcerOf(route.via);
  const stream = planStream(entrypoint);
  const ours = rules.map((rule, index) =>
    fateAt({ enforcer, deploy, target, route, stream, entrypoint }, rule, withAsked(rules, index)),
  );
  // `native false`: the webhook carries every rule.
  if (route.via !== 'admission' || route.settings.get('native') === false) return ours;
  const fates = emitters.admissionPolicy(target, entrypoint);
  const needed = rulesAskedFor(rules);
  return rules.map((rule, index) => {
    const fate = fates[index];
    // What other rules ask for has to be in the webhook, and everything has one place. So has what only reports: the webhook logs and
    // counts it, while a native policy tells the audit log of the API server alone.
    const native = fate?.kind === 'native' && actsOn(rule) && !needed.has(index);
    return (
      (native ? nativeFate(rule, fate, '') : ours[index]) ?? { kind: 'nothing', reason: 'no enforcer sees this event' }
    );
  });
}

/** A rule of which nothing but native objects could take care; `silent` says why they note nothing. */
function nativeFate(rule: CoreRule, fate: NativeFate | undefined, silent: string): Fate {
  if (fate === undefined) return { kind: 'nothing', reason: 'no enforcer sees this event' };
  if (fate.kind === 'refused') {
    const { absent } = fate;
    return { kind: 'nothing', reason: actsOn(rule) ? fate.reason : silent, ...(absent === true ? { absent } : {}) };
  }
  return actsOn(rule)
    ? { kind: 'acts', point: fate.point, native: true }
    : { kind: 'notes', point: fate.point, native: true, reason: passive(rule) };
}

interface Place extends PlaceOfRule {
  readonly enforcer: Enforcer | undefined;
  readonly stream: StreamPlan | undefined;
  readonly entrypoint: CoreEntrypoint;
}

/** `asked`: the rule and those that it asks for. */
function fateAt(place: Place, rule: CoreRule, asked: readonly CoreRule[]): Fate {
  const { enforcer } = place;
  if (enforcer === undefined) return { kind: 'nothing', reason: 'no enforcer sees this event' };
  const { point } = enforcer;
  if (!enforcer.inThisVersion) return { kind: 'nothing', reason: `this version has no ${point}`, absent: true };
  const { surfaceKind } = place.entrypoint;
  if (!enforcer.surfaces.has(surfaceKind)) {
    return { kind: 'nothing', reason: `${point} sees no events of \`${surfaceKind}\``, absent: true };
  }
  const lack = routeLack(place);
  if (lack !== undefined) return { kind: 'nothing', ...lack };
  if (!actsOn(rule)) {
    return enforcer.records
      ? { kind: 'notes', point, native: false, reason: passive(rule) }
      : { kind: 'nothing', reason: `${point} records nothing` };
  }
  const reason =
    limitOf(enforcer, place, rule) ??
    ruleLack(place, rule) ??
    unknownCaller(enforcer, place, asked) ??
    (surfaceKind === 'api' ? passedByMessages(place.route, place.entrypoint.event, asked) : undefined);
  return reason === undefined ? { kind: 'acts', point, native: false } : { kind: 'nothing', reason };
}

/** What an enforcer cannot do of a rule that acts. */
function limitOf(enforcer: Enforcer, { deploy, route, stream }: Place, { name, action }: CoreRule): string | undefined {
  if (action === undefined) return undefined;
  if (!enforcer.acts.has(action.kind)) return `${enforcer.point} cannot \`${action.kind}\``;
  if (action.kind === 'limit' && enforcer.counts !== 'memory or store') return limitOfCounting(enforcer, route);
  const lack = route.via === 'gateway' ? gatewayLack(deploy, action) : undefined;
  if (lack !== undefined) return lack;
  const gap = stream?.gaps.find(({ rule }) => rule === name);
  if (enforcer.streams === 'parts' || gap === undefined) return undefined;
  if (enforcer.streams === 'no') return `${enforcer.point} sees no responses that stream`;
  return gap.needs === 'response'
    ? `${enforcer.point} cannot hold back a response that streams: ${gap.why}`
    : undefined;
}

function limitOfCounting({ point, counts }: Enforcer, route: DeployModel['routes'][number]): string | undefined {
  if (counts === 'no') return `${point} counts nothing`;
  const limits = route.settings.get('limits');
  const store = Array.isArray(limits) ? limits[0] : limits;
  if (store === 'redis' || store === 'valkey') return undefined;
  return `${point} counts in a store alone, and the route names none (\`limits redis "HOST:PORT"\`)`;
}

/** Whether it falls to our enforcer: the cluster does not take care of it itself, and it is not beyond what anybody there can do. */
export function isOurs({ native, status }: PlannedRule): boolean {
  return !native && (status === 'enforced' || status === 'observed');
}

/** Whether a rule changes what happens: a `defend` that is in force and does more than to report. */
export function actsOn({ verb, mode, action }: CoreRule): boolean {
  return verb === 'defend' && mode === 'enforce' && action !== undefined && action.kind !== 'alert';
}

/** Why a rule changes nothing. */
function passive({ verb, mode, action }: CoreRule): string {
  if (verb !== 'defend') return `\`${verb}\` reports, it does not act`;
  return mode === 'enforce' && action?.kind === 'alert' ? '`alert` reports, it does not act' : `\`mode ${mode}\``;
}

/** A rule and those that it asks for, however indirectly. */
export function withAsked(rules: readonly CoreRule[], index: number): readonly CoreRule[] {
  const rule = rules[index];
  if (rule === undefined) return [];
  return [rule, ...[...askedBy(rule)].flatMap((asked) => withAsked(rules, asked))];
}

/** Rules whose outcome some rule asks for. */
function rulesAskedFor(rules: readonly CoreRule[]): ReadonlySet<number> {
  return new Set(rules.flatMap((rule) => [...askedBy(rule)]));
}

/** The threats of a rule and of those that it asks for; they never ask in a circle. */
function threatsOf(rules: readonly CoreRule[], index: number): ReadonlySet<string> {
  return new Set(withAsked(rules, index).flatMap(({ covers }) => covers));
}

/** Rules whose outcome `rule` asks for, by index. */
function askedBy({ condition, exemptions, scores, action }: CoreRule): ReadonlySet<number> {
  const asked = new Set<number>();
  const visit = (expr: CoreExpr): void => {
    switch (expr.op) {
      case 'rule-fired':
      case 'rule-count':
      case 'rule-score':
      case 'rule-matches':
        asked.add(expr.rule);
        return;
      default:
        coreChildren(expr).forEach(visit);
    }
  };
  const parts = [...exemptions, ...scores.map((score) => score.condition)];
  (condition === undefined ? parts : [condition, ...parts]).forEach(visit);
  if (action?.kind === 'redact' || action?.kind === 'strip') asked.add(action.rule);
  return asked;
}
