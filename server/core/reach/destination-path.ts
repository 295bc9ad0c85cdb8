import { serviceNamed } from '../model/network-model';
import { followPort } from '../model/port-path';
import { podsBehind } from '../model/relations';
import { printServicePort, type Service } from '../model/service';
import type { Protocol, Workload } from '../model/workload';
import { followPorts } from './backend-path';
import { hasPort } from './connection-set';
import { listed } from './describe-form';
import type { Hop, Question } from './explanation';
import type { End } from './find-ends';
import { printPeer } from './peers';
import type { Reach } from './reach';
import { connectionBetween, createRows } from './rows';

/** A way to the destination as far as names and Services decide, for one port at its front. */
export interface Path {
  readonly port: number;
  readonly protocol: Protocol;
  readonly hops: readonly Hop[];
  readonly targets: readonly Target[];
}

/** Where the packet arrives: peers that one name stands for, and the port there. */
export interface Target {
  readonly name: string;
  readonly peers: readonly number[];
  readonly port: number;
}

/**
 * Every way to a destination that a question leaves open: one for the port that is asked, else one for each port that is offered. Empty
 * where nothing is offered.
 * @param from the numbers of the source's peers
 */
export function pathsTo(reach: Reach, from: readonly number[], destination: End, question: Question): readonly Path[] {
  switch (destination.type) {
    case 'service':
      return pathsOfService(reach, destination.service, {
        ...question,
        port: question.port ?? destination.port,
      });
    case 'pods':
      return pathsOfPods(reach, from, destination, question);
    case 'outside':
      return pathsOutside(reach, from, destination, question);
    case 'controller':
      return [];
  }
}

type Asked = Pick<Question, 'port' | 'protocol'>;

function pathsOfService(reach: Reach, service: Service, { port, protocol }: Asked): readonly Path[] {
  const { model } = reach;
  const found: Hop = {
    kind: 'service',
    resource: service.resource,
    at: undefined,
    text: `Service ${service.namespace}/${service.name}${service.headless ? ', headless: its name leads straight to the pods' : ''}.`,
    ok: true,
  };
  if (service.type === 'ExternalName') return pathsOfExternalName(reach, service, { port, protocol });
  if (service.headless && service.selector) return pathsOfHeadless(reach, service, found, { port, protocol });
  const ports = service.ports.filter(
    (own) => (port === undefined || own.port.value === port) && (protocol === undefined || own.protocol === protocol),
  );
  if (ports.length === 0)
    return [
      { port: port ?? 0, protocol: protocol ?? 'TCP', hops: [found, noPort(service, port, protocol)], targets: [] },
    ];
  return ports.map((own) => {
    const { hops, arrivals } = followPorts(model, service, [own]);
    return {
      port: own.port.value,
      protocol: own.protocol,
      hops: [found, ...hops],
      targets: grouped(
        reach,
        arrivals.map(({ workload, port: number }) => ({ workload, port: number })),
      ),
    };
  });
}

/** DNS answers with the pods' addresses: no port is translated, and none needs to be listed (Services, "Headless Services"). */
function pathsOfHeadless(reach: Reach, service: Service, found: Hop, { port, protocol }: Asked): readonly Path[] {
  const workloads = podsBehind(reach.model, service);
  const offered = service.ports
    .filter((own) => protocol === undefined || own.protocol === protocol)
    .flatMap((own) =>
      workloads.map((workload) => ({
        port: followPort(own, workload).number ?? own.port.value,
        protocol: own.protocol,
      })),
    );
  const fronts =
    port === undefined && offered.length > 0 ? offered : [{ port: port ?? 80, protocol: protocol ?? 'TCP' }];
  if (workloads.length === 0)
    return [
      {
        ...(fronts[0] ?? { port: 80, protocol: 'TCP' }),
        hops: [found, ...followPorts(reach.model, service, []).hops],
        targets: [],
      },
    ];
  return fronts.map((front) => ({
    ...front,
    hops: [found],
    targets: grouped(
      reach,
      workloads.map((workload) => ({ workload, port: front.port })),
    ),
  }));
}

function noPort(service: Service, port: number | undefined, protocol: Protocol | undefined): Hop {
  const asked = `${protocol === undefined ? '' : `${protocol} `}port${port === undefined ? '' : ` ${port}`}`;
  const has = service.ports.length > 0 ? `It has ${listed(service.ports.map(printServicePort), 'and')}.` : '';
  const byTarget = service.ports.find(({ targetPort }) => targetPort?.value === port);
  const hint =
    byTarget && port !== undefined ? ` ${port} is a target port: clients ask for ${byTarget.port.value}.` : '';
  return {
    kind: 'port',
    resource: service.resource,
    at: undefined,
    text: `Service ${service.name} has no ${asked}. ${has}${hint}`.trim(),
    ok: false,
  };
}

/** A CNAME: DNS sends the client on, and translates no ports (API reference, ServiceSpec.externalName). */
function pathsOfExternalName(reach: Reach, service: Service, { port, protocol }: Asked): readonly Path[] {
  const host = service.externalName ?? '';
  const hop: Hop = {
    kind: 'service',
    resource: service.resource,
    at: undefined,
    text: `Service ${service.namespace}/${service.name} is another name for ${host || 'nothing: it has no externalName'}.`,
    ok: host !== '',
  };
  const asked = { port: port ?? 443, protocol: protocol ?? 'TCP' } as const;
  if (host === '') return [{ ...asked, hops: [hop], targets: [] }];
  const [name = '', namespace = '', svc] = host.split('.');
  const target = svc === 'svc' ? serviceNamed(reach.model, namespace, name) : undefined;
  // One step is followed: a chain of names is a loop more often than not.
  if (target && target.type !== 'ExternalName')
    return pathsOfService(reach, target, { port, protocol }).map((path) => ({ ...path, hops: [hop, ...path.hops] }));
  return [{ ...asked, hops: [hop], targets: [anyAddress(reach, host, asked.port)] }];
}

function anyAddress({ peers }: Reach, name: string, port: number): Target {
  return { name, port, peers: peers.ranges.map((_, index) => peers.firstRange + index) };
}

/** The ports that the containers declare, or any other that somebody asks for: a port needs no declaration (API reference, Container.ports). */
function pathsOfPods(
  reach: Reach,
  from: readonly number[],
  { name, workloads }: Extract<End, { readonly type: 'pods' }>,
  { port, protocol }: Asked,
): readonly Path[] {
  const declared = workloads
    .flatMap(({ ports }) => ports)
    .filter((own) => protocol === undefined || own.protocol === protocol);
  const found: Hop = {
    kind: 'pod',
    resource: workloads[0]?.resource,
    at: undefined,
    text: `Pods of ${name}.`,
    ok: true,
  };
  const fronts =
    port !== undefined
      ? [{ port, protocol: protocol ?? declared.find(({ number }) => number === port)?.protocol ?? ('TCP' as const) }]
      : declared.length > 0
        ? declared.map((own) => ({ port: own.number, protocol: own.protocol }))
        : [
            openPort(
              reach,
              from,
              grouped(
                reach,
                workloads.map((workload) => ({ workload, port: 0 })),
              ),
              protocol,
            ),
          ];
  return fronts.map((front) => ({
    ...front,
    hops: [found],
    targets: grouped(
      reach,
      workloads.map((workload) => ({ workload, port: front.port })),
    ),
  }));
}

function pathsOutside(
  reach: Reach,
  from: readonly number[],
  { name, ranges, port: written }: Extract<End, { readonly type: 'outside' }>,
  { port = written, protocol }: Asked,
): readonly Path[] {
  const target = { name, peers: ranges, port: 0 };
  const front = port === undefined ? openPort(reach, from, [target], protocol) : { port, protocol: protocol ?? 'TCP' };
  const text =
    ranges.length > 1
      ? `${name} is outside; which address it has no manifest tells.`
      : `${name} is outside of the cluster.`;
  const hop: Hop = { kind: 'address', resource: undefined, at: undefined, text, ok: true };
  return [{ ...front, hops: [hop], targets: [{ ...target, port: front.port }] }];
}

/** Where nothing tells which port is meant: one that gets through, if any does. */
function openPort(
  reach: Reach,
  from: readonly number[],
  targets: readonly Target[],
  protocol: Protocol | undefined,
): { readonly port: number; readonly protocol: Protocol } {
  const rows = createRows(reach);
  const wanted: readonly Protocol[] = protocol ? [protocol] : ['TCP', 'UDP', 'SCTP'];
  for (const source of from) {
    for (const to of targets.flatMap(({ peers }) => peers)) {
      const set = reach.connections.setOf(connectionBetween(reach, rows, source, to));
      for (const candidate of wanted) {
        const [first] = set[candidate];
        if (first !== undefined) return { port: hasPort(set, candidate, 443) ? 443 : first, protocol: candidate };
      }
    }
  }
  return { port: 443, protocol: protocol ?? 'TCP' };
}

/** Workloads by the name that results print, each with the classes of its pods. */
function grouped(
  { peers }: Reach,
  arrivals: readonly { readonly workload: Workload; readonly port: number }[],
): readonly Target[] {
  const byName = new Map<string, Target>();
  for (const { workload, port } of arrivals) {
    const name = printPeer(workload);
    const number = peers.classOf.get(workload);
    if (number === undefined) continue;
    const key = `${name} ${port}`;
    const known = byName.get(key);
    byName.set(key, { name, port, peers: [...new Set([...(known?.peers ?? []), number])] });
  }
  return [...byName.values()];
}
