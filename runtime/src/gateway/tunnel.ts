// `CONNECT host:port` → a tunnel, where the policy lets one be. What passes in a tunnel is encrypted for somebody else: all that is known
// of it is who wants it and where to.
//
// INVARIANT: a host whose exchanges some rule is about gets no tunnel, since the rule would be gone round. Any other has one only when a
// surface of connections (`net`) decides so; and never to this machine, nor to what only machines on its link reach.

import { lookup } from 'node:dns/promises';
import { BlockList, connect, isIPv6, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { SurfacePlan } from '../contract/index.ts';
import type { ClientFacts } from '../enforce/carry-out.ts';
import type { GatewayDoor } from './exchange.ts';
import type { ExchangeEnd } from './gateway-metrics.ts';
import { plainRefusal } from './exchange.ts';
import { readAuthority } from './request-target.ts';
import type { Refusal } from './refusal.ts';
import { joined, refuseOnSocket } from './upgrade.ts';

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
  /** Milliseconds to a connection. */
  readonly patience: number;
}

/** Decides on a tunnel and joins the connections. Never rejects. */
export async function carryTunnel(
  door: GatewayDoor,
  plans: TunnelPlans,
  request: TunnelRequest,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
): Promise<ExchangeEnd> {
  const where = readAuthority(request.target);
  const refusal =
    where?.port === undefined
      ? plainRefusal(400, 'a tunnel leads to a host and a port')
      : await refusalOf(door, plans, request, { host: where.host, port: where.port });
  if (refusal !== undefined || where?.port === undefined) {
    door.metrics.rejected('tunnel');
    refuseOnSocket(socket, refusal ?? plainRefusal(400, 'a tunnel leads to a host and a port'));
    return 'refused';
  }
  const address = await addressOf(where.host);
  if (address === 'inside') {
    door.metrics.rejected('tunnel');
    refuseOnSocket(socket, plainRefusal(403, 'no tunnel leads there'));
    return 'refused';
  }
  const service = address === undefined ? undefined : await connected(address, where.port, plans.patience);
  if (service === undefined) {
    refuseOnSocket(socket, plainRefusal(502, 'there is no connection to where the tunnel leads'));
    return 'failed';
  }
  socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  return joined(socket, service, head);
}

async function refusalOf(
  door: GatewayDoor,
  plans: TunnelPlans,
  { client, now, signal }: TunnelRequest,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Refusal | undefined> {
  if (plans.knows(host))
    return plainRefusal(
      403,
      `what goes to \`${host}\` is decided on, which a tunnel would go round: use the gateway's own address, followed by /${host}`,
    );
  const events = plans.surfaces.flatMap((surface) =>
    surface.kind === 'net' ? surface.events.map((plan) => ({ plan, surface })) : [],
  );
  if (events.length === 0)
    return plainRefusal(403, `no surface of this policy is at \`${host}\`, and none says which connections may be`);
  for (const { plan, surface } of events) {
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
      document,
      size: 0,
      now,
      signal,
    };
    const began = performance.now();
    const held = door.outcomes.held({ ...context, decideSeconds: 0 });
    if (held !== undefined) return held;
    const decision = door.decide(entrypoint, document);
    const verdict = await door.outcomes.carryOut(decision, {
      ...context,
      decideSeconds: (performance.now() - began) / 1000,
    });
    if (verdict.kind === 'refuse') return verdict;
    await verdict.settle(undefined);
  }
  return undefined;
}

/** This machine, and the link (RFC 6890): where services are that trust whoever can reach them. */
const inside = new BlockList();
inside.addSubnet('0.0.0.0', 8);
inside.addSubnet('127.0.0.0', 8);
inside.addSubnet('169.254.0.0', 16);
inside.addAddress('::', 'ipv6');
inside.addAddress('::1', 'ipv6');
inside.addSubnet('fe80::', 10, 'ipv6');

/** The address that is connected to, looked up once, so that it is the one that was looked at. */
async function addressOf(host: string): Promise<string | 'inside' | undefined> {
  try {
    const { address } = await lookup(host);
    const plain = address.replace(/^::ffff:(?=[0-9.]+$)/i, '');
    return inside.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4') ? 'inside' : plain;
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
