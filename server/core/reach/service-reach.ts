import { followPort } from '../model/port-path';
import { podsBehind } from '../model/relations';
import type { Service, ServicePort } from '../model/service';
import type { Workload } from '../model/workload';
import { decide, verdictOf, type Decision } from './decision';
import type { Reach } from './reach';
import { routedTraffic, type RoutedTraffic } from './routed-traffic';

/** Who may come to a Service: pods of the scope, a route's controller that nobody here declares, or the outside. */
export type Client =
  | { readonly type: 'pods'; readonly workloads: readonly Workload[] }
  | { readonly type: 'routes'; readonly routes: readonly RoutedTraffic[] }
  | { readonly type: 'outside'; readonly ranges: readonly number[] };

/** One client at one port of a Service, as far as the pods of one workload. */
export interface ServiceAccess {
  readonly client: Client;
  readonly port: ServicePort;
  readonly workload: Workload;
  /** The port it arrives at. */
  readonly number: number;
  readonly answer: boolean | 'unknown';
  /** What decides; where several pods or addresses are one client, for the first that gets in, else for the first. */
  readonly decisions: readonly Decision[];
}

/**
 * Which of a Service's ports are reachable from whom: every port, every workload behind it, every possible client. One at a time, so that
 * whoever looks for the first that gets in need not wait for all. A workload is no client of itself. The outside comes to a Service of
 * type NodePort or LoadBalancer only.
 */
export function* accessTo(reach: Reach, service: Service): Generator<ServiceAccess, void, undefined> {
  const routed = routedTraffic(reach.model).filter(({ sources }) => sources.length === 0);
  for (const port of service.ports) {
    for (const workload of podsBehind(reach.model, service)) {
      const { number } = followPort(port, workload);
      const destination = reach.peers.classOf.get(workload);
      if (number === undefined || destination === undefined) continue;
      for (const client of clientsOf(reach, service, workload, number, routed)) {
        const access = accessOf(reach, client, { destination, protocol: port.protocol, port: number });
        yield { client, port, workload, number, ...access };
      }
    }
  }
}

function clientsOf(
  { peers }: Reach,
  { type }: Service,
  workload: Workload,
  number: number,
  routed: readonly RoutedTraffic[],
): readonly Client[] {
  const routes = routed.filter(({ arrivals }) =>
    arrivals.some((arrival) => arrival.workload === workload && arrival.port === number),
  );
  const ranges = peers.ranges.map((_, index) => peers.firstRange + index);
  return [
    ...peers.classes.flatMap(({ workloads }): readonly Client[] => {
      const others = workloads.filter((other) => other !== workload);
      return others.length > 0 ? [{ type: 'pods', workloads: others }] : [];
    }),
    ...(routes.length > 0 ? [{ type: 'routes', routes } as const] : []),
    ...(type === 'NodePort' || type === 'LoadBalancer' ? [{ type: 'outside', ranges } as const] : []),
  ];
}

function accessOf(
  reach: Reach,
  client: Client,
  packet: { readonly destination: number; readonly protocol: ServicePort['protocol']; readonly port: number },
): Pick<ServiceAccess, 'answer' | 'decisions'> {
  const decided = peersOfClient(reach, client).map((source) => decide(reach, { source, ...packet }));
  const answers = decided.map(verdictOf);
  const answer = answers.includes(true) ? true : answers.includes('unknown') ? 'unknown' : false;
  return { answer, decisions: decided[Math.max(0, answers.indexOf(answer))] ?? [] };
}

function peersOfClient({ peers }: Reach, client: Client): readonly number[] {
  switch (client.type) {
    case 'pods':
      return [...new Set(client.workloads.flatMap((workload) => peers.classOf.get(workload) ?? []))];
    case 'routes':
      return [peers.controller];
    case 'outside':
      return client.ranges;
  }
}
