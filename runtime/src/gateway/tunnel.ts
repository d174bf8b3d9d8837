// `CONNECT host:port` → a tunnel, where the policy lets one be. What passes in a tunnel is encrypted for somebody else: all that is known
// of it is who wants it and where to.
//
// INVARIANT: a host whose exchanges some rule is about gets no tunnel, since the rule would be gone round. Any other has one only when a
// surface of connections (`net`) decides so, by name. The address is looked up once, and public, unless the operator says otherwise; never
// this machine, nor what only machines on its link reach.

import { lookup } from 'node:dns/promises';
import { BlockList, connect, isIP, isIPv6, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { SurfacePlan } from '../contract/index.ts';
import type { ClientFacts } from '../enforce/carry-out.ts';
import type { GatewayDoor } from './exchange.ts';
import type { ExchangeEnd } from './gateway-metrics.ts';
import { plainRefusal } from './exchange.ts';
import { readAuthority } from './request-target.ts';
import type { Refusal } from './refusal.ts';
import { joinConnections } from './join-connections.ts';
import { refuseOnSocket } from './upgrade.ts';

/** Who wants a tunnel, and where to. */
export interface TunnelRequest {
  /** `api.openai.com:443` */
  readonly target: string;
  readonly client: ClientFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** What is known of the policy's surfaces. */
export interface TunnelPlans {
  readonly surfaces: readonly SurfacePlan[];
  /** Whether a surface of HTTP answers at the host. */
  readonly knows: (host: string) => boolean;
  /** Addresses that are not public, or stand in place of a name, and are led to all the same. */
  readonly addresses: BlockList;
  /** Milliseconds to a connection. */
  readonly patience: number;
  /** Milliseconds in which nothing passes. */
  readonly idle: number;
}

/** Decides on a tunnel and joins the connections. Never rejects. */
export async function carryTunnel(
  door: GatewayDoor,
  plans: TunnelPlans,
  request: TunnelRequest,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
): Promise<ExchangeEnd> {
  const where = readAuthority(request.target);
  const turnAway = (refusal: Refusal): ExchangeEnd => {
    door.metrics.rejected('tunnel');
    door.log.write({
      level: 'warn',
      event: 'rejected',
      reason: 'tunnel',
      status: refusal.status,
      message: refusal.message,
      ip: request.client.ip,
    });
    refuseOnSocket(socket, refusal);
    return 'refused';
  };
  if (where?.port === undefined) return turnAway(plainRefusal(400, 'a tunnel leads to a host and a port'));
  const { host, port } = where;
  const unfit = unfitHost(plans, host);
  if (unfit !== undefined) return turnAway(unfit);
  // Nobody asks where a name is before it may be gone to: a question is a message, too.
  const allowed = await considerTunnel(door, plans, request, { host, port });
  if (allowed.kind === 'refuse') return turnAway(allowed);
  const address = await addressOf(host, plans.addresses);
  if (address === 'inside') return turnAway(plainRefusal(403, `no tunnel leads to where \`${host}\` is`));
  const service = address === undefined ? undefined : await connected(address, port, plans.patience);
  if (service === undefined) {
    refuseOnSocket(socket, plainRefusal(502, 'there is no connection to where the tunnel leads'));
    return 'failed';
  }
  socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  return joinConnections(socket, service, head, { idle: plans.idle, mayPass: allowed.mayPass });
}

/** Why there is no tunnel to a host whatever the policy says of connections. */
function unfitHost({ knows, surfaces, addresses }: TunnelPlans, host: string): Refusal | undefined {
  if (knows(host))
    return plainRefusal(
      403,
      `what goes to \`${host}\` is decided on, which a tunnel would go round: use the gateway's own address, followed by /${host}`,
    );
  if (!surfaces.some(({ kind, events }) => kind === 'net' && events.length > 0))
    return plainRefusal(403, `no surface of this policy is at \`${host}\`, and none says which connections may be`);
  const family = isIP(host) === 6 ? 'ipv6' : 'ipv4';
  // Behind an address may be a host that rules are about.
  return isIP(host) !== 0 && !addresses.check(host, family)
    ? plainRefusal(403, `a tunnel leads to a name: \`${host}\` is an address`)
    : undefined;
}

type Allowed = { readonly kind: 'pass'; readonly mayPass: () => boolean } | ({ readonly kind: 'refuse' } & Refusal);

async function considerTunnel(
  door: GatewayDoor,
  { surfaces }: TunnelPlans,
  { client, now, signal }: TunnelRequest,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Allowed> {
  const held: (() => Refusal | undefined)[] = [];
  for (const { plan, surface } of surfaces.flatMap((one) =>
    one.kind === 'net' ? one.events.map((event) => ({ plan: event, surface: one })) : [],
  )) {
    const document = Buffer.from(
      JSON.stringify({
        source: { workload: client.workload, ip: client.ip },
        destination: { host, port },
        protocol: 'tcp',
        time: new Date(now).toISOString(),
      }),
    );
    const { entrypoint, event } = plan;
    const context = {
      entrypoint,
      surface: surface.surface,
      event,
      client,
      call: { host },
      document: () => document,
      size: 0,
      now,
      decideSeconds: 0,
      signal,
    };
    held.push(() => door.outcomes.held(context));
    const before = door.outcomes.held(context);
    if (before !== undefined) return before;
    const began = performance.now();
    const decision = door.decide(entrypoint, document);
    const decideSeconds = (performance.now() - began) / 1000;
    const verdict = await door.outcomes.carryOut(decision, { ...context, decideSeconds });
    if (verdict.kind === 'refuse') return verdict;
    await verdict.settle(undefined);
  }
  return { kind: 'pass', mayPass: () => held.every((ask) => ask() === undefined) };
}

/** This machine, and the link (RFC 6890): where services are that trust whoever can reach them. */
const never = new BlockList();
never.addSubnet('0.0.0.0', 8);
never.addSubnet('127.0.0.0', 8);
never.addSubnet('169.254.0.0', 16);
never.addAddress('::', 'ipv6');
never.addAddress('::1', 'ipv6');
never.addSubnet('fe80::', 10, 'ipv6');

/** What is not reachable from everywhere, and what other addresses hide in (IANA's registries of special-purpose addresses). */
const unlessSaid = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  unlessSaid.addSubnet(network, bits);
for (const [network, bits] of [
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2002::', 16],
  ['fc00::', 7],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  unlessSaid.addSubnet(network, bits, 'ipv6');

/** The address that is connected to, looked up once, so that it is the one that was looked at. */
async function addressOf(host: string, said: BlockList): Promise<string | 'inside' | undefined> {
  try {
    const { address } = await lookup(host);
    const plain = address.replace(/^::ffff:(?=[0-9.]+$)/i, '');
    const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
    if (never.check(plain, family)) return 'inside';
    return unlessSaid.check(plain, family) && !said.check(plain, family) ? 'inside' : plain;
  } catch {
    return undefined;
  }
}

function connected(host: string, port: number, patience: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => socket.destroy(), patience);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.on('error', () => resolve(undefined));
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}
