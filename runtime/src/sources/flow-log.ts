// A line of a flow log → the connection that it tells of. Hubble's flows as JSON (`hubble observe -o json`), VPC flow logs of AWS (version 2's
// fields, as text) and of Google Cloud (JSON).
//
// Sources: Cilium, api/v1/flow/flow.proto; AWS, "Flow log records"; Google Cloud, "VPC Flow Logs record format".

import { listAt, numberAt, objectOf, parseObject, textAt } from './json.ts';
import { logTime } from './log-time.ts';
import { connectionEvents, type SourceEvent } from './source-event.ts';

/** A flow of Hubble. Replies and what was dropped are no connections. */
export function readHubble(text: string): readonly SourceEvent[] | undefined {
  const line = parseObject(text);
  const flow = objectOf(line?.['flow']) ?? (line?.['verdict'] === undefined ? undefined : line);
  const at = flow === undefined ? undefined : logTime(textAt(flow, 'time') || textAt(line, 'time'));
  if (flow === undefined || at === undefined) return undefined;
  if (flow['is_reply'] === true || textAt(flow, 'verdict') === 'DROPPED') return [];
  const layer4 = objectOf(flow['l4']) ?? {};
  const [protocol = 'TCP'] = Object.keys(layer4);
  if (protocol !== 'TCP' && protocol !== 'UDP') return [];
  const names = listAt(flow, 'destination_names').filter((name) => typeof name === 'string');
  return connectionEvents({
    source: {
      workload: hubbleWorkload(flow['source']),
      namespace: textAt(flow, 'source', 'namespace'),
      ip: textAt(flow, 'IP', 'source'),
    },
    destination: {
      host: (names[0] ?? '').toLowerCase().replace(/\.$/, ''),
      ip: textAt(flow, 'IP', 'destination'),
      port: numberAt(layer4, protocol, 'destination_port') ?? 0,
      workload: hubbleWorkload(flow['destination']),
    },
    protocol: protocol.toLowerCase(),
    at,
  });
}

/** `shop/web`: of a pod its workload, where Cilium knows it. */
function hubbleWorkload(end: unknown): string {
  const namespace = textAt(end, 'namespace');
  const name = textAt(listAt(end, 'workloads')[0], 'name') || textAt(end, 'pod_name');
  return namespace === '' || name === '' ? '' : `${namespace}/${name}`;
}

/** Numbers of protocols that IANA assigned. */
const protocols: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp' };

/** `2 123456789012 eni-0a1b 10.0.0.1 192.0.2.1 40000 443 6 10 840 1795413600 1795413660 ACCEPT OK` */
export function readAwsFlow(text: string): readonly SourceEvent[] | undefined {
  const words = text.trim().split(/\s+/);
  const [version, , , source = '', destination = '', , port = '', protocol = '', , , start = '', , action = ''] = words;
  if (version === 'version') return []; // the line of titles
  const at = logTime(start);
  if (words.length < 14 || !/^[2-9]$/.test(version ?? '')) return undefined;
  if (at === undefined || action !== 'ACCEPT' || protocols[protocol] === undefined) return [];
  return connectionEvents({
    source: { workload: '', namespace: '', ip: source },
    destination: { host: '', ip: destination, port: Number(port), workload: '' },
    protocol: protocols[protocol],
    at,
  });
}

/** An entry of Cloud Logging with a flow, or the flow alone. What the destination reported stands in the source's entry as well. */
export function readGoogleFlow(text: string): readonly SourceEvent[] | undefined {
  const entry = parseObject(text);
  const flow = objectOf(entry?.['jsonPayload']) ?? entry;
  const at = logTime(textAt(flow, 'start_time') || textAt(entry, 'timestamp'));
  const protocol = protocols[textAt(flow, 'connection', 'protocol')];
  if (flow?.['connection'] === undefined || at === undefined) return undefined;
  if (protocol === undefined || textAt(flow, 'reporter') === 'DEST') return [];
  return connectionEvents({
    source: {
      workload: googleWorkload(flow, 'src'),
      namespace: textAt(flow, 'src_gke_details', 'pod', 'pod_namespace'),
      ip: textAt(flow, 'connection', 'src_ip'),
    },
    destination: {
      host: '',
      ip: textAt(flow, 'connection', 'dest_ip'),
      port: numberAt(flow, 'connection', 'dest_port') ?? 0,
      workload: googleWorkload(flow, 'dest'),
    },
    protocol,
    at,
  });
}

function googleWorkload(flow: unknown, side: 'src' | 'dest'): string {
  const pod = ['pod_workload', 'workload_name'] as const;
  const namespace = textAt(flow, `${side}_gke_details`, 'pod', 'pod_namespace');
  const name =
    textAt(flow, `${side}_gke_details`, 'pod', ...pod) || textAt(flow, `${side}_gke_details`, 'pod', 'pod_name');
  return namespace === '' || name === '' ? textAt(flow, `${side}_instance`, 'vm_name') : `${namespace}/${name}`;
}
