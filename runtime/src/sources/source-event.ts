// What a line of a log, a span or a flow says happened, as an event of a surface: the document that its entrypoint takes.

/** One thing that happened. */
export interface SourceEvent {
  readonly kind: 'api' | 'llm' | 'net';
  readonly event: 'request' | 'response' | 'connection';
  /** Name of the host that was called, by which an API's surface is found; empty where the source does not say. */
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The event's document, without what every document may leave out. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** The events of one record of a source; undefined when it is none of its form. A record may well hold no event. */
export type ReadRecord = (text: string) => readonly SourceEvent[] | undefined;

/** An HTTP exchange as logs have it. What they do not say is empty. */
export interface LoggedExchange {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly host: string;
  readonly status: number | undefined;
  readonly ip: string;
  readonly subject: string;
  readonly workload: string;
  readonly userAgent: string;
  readonly referer: string;
  readonly at: number;
}

/** The request of an exchange and, where its status is known, the response. */
export function exchangeEvents(exchange: LoggedExchange): readonly SourceEvent[] {
  const { method, target, host, status, ip, subject, workload, userAgent, referer, at } = exchange;
  const shared = {
    method: method.toUpperCase(),
    path: target,
    host,
    client: { ip, subject, workload },
    time: new Date(at).toISOString(),
  };
  const headers = {
    ...(userAgent === '' ? {} : { 'user-agent': userAgent }),
    ...(referer === '' ? {} : { referer }),
  };
  const of = { kind: 'api', host, at } as const;
  return [
    { ...of, event: 'request', document: { ...shared, headers } },
    ...(status === undefined ? [] : [{ ...of, event: 'response', document: { ...shared, status } } as const]),
  ];
}

/** A connection as flow logs have it. */
export interface LoggedConnection {
  readonly source: { readonly workload: string; readonly namespace: string; readonly ip: string };
  readonly destination: {
    readonly host: string;
    readonly ip: string;
    readonly port: number;
    readonly workload: string;
  };
  readonly protocol: string;
  readonly at: number;
}

export function connectionEvents({ at, ...document }: LoggedConnection): readonly SourceEvent[] {
  return [
    {
      kind: 'net',
      event: 'connection',
      host: document.destination.host,
      at,
      document: { ...document, time: new Date(at).toISOString() },
    },
  ];
}
