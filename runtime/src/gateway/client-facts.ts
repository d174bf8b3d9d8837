// A request's connection and headers → who calls, as far as the gateway has established it: address, workload, application, subject.
//
// INVARIANT: nothing that a caller could have written himself is taken for established. A header counts only where the operator says who
// sets it; a token only when its signature, times, issuer and audience hold. A key is never kept, shown or handed on as an identity,
// only its hash.

import { createHash, createHmac } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

import type { PodAnswer, PodSource } from '../cluster/watch-pods.ts';
import type { ClientFacts } from '../enforce/carry-out.ts';
import { headerValue, type Header } from './message-headers.ts';
import type { TokenCheck } from './verify-token.ts';

/** Where facts about callers come from, as the operator says. */
export interface ClientSettings {
  /** Proxies ahead that append to `x-forwarded-for`; 0: the peer's own address is the caller's. */
  readonly trustedHops: number;
  /** Headers that a proxy ahead sets, and takes from callers. */
  readonly idHeader: string | undefined;
  readonly workloadHeader: string | undefined;
  /** Tells whose pod a peer is, where no header and no certificate does. */
  readonly pods: PodSource | undefined;
  /** Checks bearer tokens; without it nobody has a subject. */
  readonly tokens: TokenCheck | undefined;
  /** Makes the identities of keys nobody else's; without it they are plain hashes. */
  readonly hashKey: string | undefined;
}

/** Who calls, or why the call is not to go on. */
export type Caller =
  | { readonly kind: 'known'; readonly facts: ClientFacts }
  | { readonly kind: 'refused'; readonly why: 'token' | 'workload' | 'unheard'; readonly message: string };

/** What is looked at. `keys`: names of the headers that carry a key of the exchange's provider. */
export interface CallerEvidence {
  readonly headers: readonly Header[];
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly keys: readonly string[];
  /** Whether a caller of whom nobody knows whose pod it is may go on, as nobody's. */
  readonly strangers: 'pass' | 'refuse';
}

/** Establishes who calls. Waits only where keys of tokens have to be fetched, or a pod is not known yet. */
export function callerOf(evidence: CallerEvidence, settings: ClientSettings): Caller | Promise<Caller> {
  const { headers, socket } = evidence;
  const told = certified(named(headers, settings.workloadHeader)) || workloadOf(socket);
  if (told !== '' || settings.pods === undefined) return callerAs(told, evidence, settings);
  const answer = podOf(socket, settings.pods, evidence.strangers);
  return answer instanceof Promise
    ? answer.then((late) => callerFrom(late, evidence, settings))
    : callerFrom(answer, evidence, settings);
}

/** A connection is its pod's until it ends, also while the pod ends; addresses are somebody else's then. */
const podsOfConnections = new WeakMap<object, PodAnswer>();

function podOf(
  socket: CallerEvidence['socket'],
  pods: PodSource,
  strangers: CallerEvidence['strangers'],
): PodAnswer | Promise<PodAnswer> {
  const known = podsOfConnections.get(socket);
  if (known !== undefined) return known;
  const address = plainAddress(socket.remoteAddress ?? '');
  const keep = (answer: PodAnswer): PodAnswer => {
    if (answer.kind === 'workload') podsOfConnections.set(socket, answer);
    return answer;
  };
  const answer = keep(pods.find(address));
  return answer.kind === 'workload' || strangers === 'pass' ? answer : pods.wait(address).then(keep);
}

function callerFrom(answer: PodAnswer, evidence: CallerEvidence, settings: ClientSettings): Caller | Promise<Caller> {
  if (answer.kind === 'workload') return callerAs(answer.name, evidence, settings);
  if (evidence.strangers === 'pass') return callerAs('', evidence, settings);
  return answer.kind === 'nobody'
    ? { kind: 'refused', why: 'workload', message: 'the caller is no pod of this cluster that is known' }
    : { kind: 'refused', why: 'unheard', message: 'whose pods call is not known now' };
}

function callerAs(workload: string, evidence: CallerEvidence, settings: ClientSettings): Caller | Promise<Caller> {
  const { headers, keys } = evidence;
  const facts: ClientFacts = {
    ip: addressOf(evidence, settings.trustedHops),
    workload,
    id: named(headers, settings.idHeader) || keyIdentity(headers, keys, settings.hashKey),
    subject: '',
  };
  const { tokens } = settings;
  const token = tokens === undefined ? '' : headerValue(headers, tokens.header).replace(/^bearer /i, '');
  // Keys of providers are bearer tokens, too, and none of ours.
  if (tokens === undefined || token.split('.').length !== 3) return { kind: 'known', facts };
  return tokens.check(token).then((outcome) => {
    if (outcome.kind === 'refused') return { kind: 'refused', why: 'token', message: outcome.message };
    const id = named(headers, settings.idHeader) || outcome.client || facts.id;
    return { kind: 'known', facts: { ...facts, subject: outcome.subject, id } };
  });
}

function named(headers: readonly Header[], name: string | undefined): string {
  return name === undefined ? '' : headerValue(headers, name);
}

/** A name as it stands, or the URI of the last peer in Envoy's `x-forwarded-client-cert`. */
function certified(value: string): string {
  if (value === '') return '';
  const uris = [...value.matchAll(/(?:^|[;,])\s*URI="?([^;,"]+)/gi)].map(([, uri = '']) => uri);
  return uris.at(-1) ?? (/(?:^|[;,])\s*(?:By|Hash)=/i.test(value) ? '' : value);
}

/** The peer, or with trusted hops the address that the outermost of them has seen. */
function addressOf({ headers, socket }: CallerEvidence, trustedHops: number): string {
  const peer = plainAddress(socket.remoteAddress ?? '');
  if (trustedHops === 0) return peer;
  const hops = headers
    .filter(([name]) => name === 'x-forwarded-for')
    .flatMap(([, value]) => value.split(','))
    .map((hop) => hop.trim());
  return plainAddress(hops.at(-trustedHops) ?? hops[0] ?? peer);
}

/** An address of IPv4 in one of IPv6 is one of IPv4. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=[0-9.]+$)/i, '');
}

/** The SPIFFE id, or else the first name, of the certificate that the peer has shown and an authority of ours has signed. */
function workloadOf(socket: CallerEvidence['socket']): string {
  if (!('authorized' in socket) || socket.authorized !== true) return '';
  const { subjectaltname = '', subject } = (socket as TLSSocket).getPeerCertificate(); // it has shown one
  const names = subjectaltname.split(', ');
  const uri = names.find((name) => name.startsWith('URI:spiffe://')) ?? names.find((name) => name.startsWith('URI:'));
  const dns = names.find((name) => name.startsWith('DNS:'));
  return uri?.slice('URI:'.length) ?? dns?.slice('DNS:'.length) ?? subject?.CN ?? '';
}

/** Tells keys apart without being one: the first half of their hash. */
function keyIdentity(headers: readonly Header[], keys: readonly string[], hashKey: string | undefined): string {
  for (const name of keys) {
    const key = headerValue(headers, name).replace(/^bearer /i, '');
    if (key === '') continue;
    const hash = hashKey === undefined ? createHash('sha256') : createHmac('sha256', hashKey);
    return `key:${hash.update(key, 'latin1').digest('hex').slice(0, 32)}`;
  }
  return '';
}
