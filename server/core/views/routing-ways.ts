import { nodeAt, numberAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { followPort } from '../model/port-path';
import { podsBehind } from '../model/relations';
import type { Service } from '../model/service';
import type { Workload } from '../model/workload';
import type { RoutedTraffic } from '../reach/routed-traffic';
import type { PolicyAnswer } from './decisions';
import { answerToDelivery, type Sender } from './delivery-verdicts';
import type { Drawing } from './drawing';
import { sourceRangesOf } from './routing-entries';
import { warningAt } from './view-context';

/** Whether policies let traffic from outside arrive at the pods behind a Service that is open to it. */
export function wayFromOutside(drawing: Drawing, service: Service): PolicyAnswer {
  const from = sourceRangesOf(service);
  const answers = podsBehind(drawing.context.model, service).flatMap((workload) =>
    service.ports.flatMap((front) => {
      const { number } = followPort(front, workload);
      if (number === undefined) return [];
      const end = { workload, protocol: front.protocol, port: number, frontPort: front.port.value };
      return answerToDelivery(drawing, { sender: 'outside', from, ...end });
    }),
  );
  return joined(answers);
}

/** Whether policies let what comes over a route arrive at the pods behind its backend. */
export function wayOfTraffic(drawing: Drawing, traffic: RoutedTraffic): PolicyAnswer {
  const { route, node, sources, arrivals, hops } = traffic;
  const front = numberAt(hops.find(({ kind }) => kind === 'port')?.at, 'port')?.value;
  const answer = joined(
    sendersOf(sources).flatMap((sender) =>
      arrivals.map((arrival) => answerToDelivery(drawing, { sender, ...arrival, frontPort: front ?? arrival.port })),
    ),
  );
  const note = answer.state === 'unknown' && sources.length === 0 ? blockedAt(drawing, route, node) : undefined;
  return note === undefined ? answer : { ...answer, state: 'denied', note };
}

/** The controller's pods, or a controller that no manifest here declares. */
export function sendersOf(sources: readonly Workload[]): readonly Sender[] {
  return sources.length > 0 ? sources : ['controller'];
}

/** Why a rule warns that policies shut a backend: a controller that is not declared here may have any labels, but those of pods that are here. */
export function blockedAt({ context }: Drawing, route: Resource, backend: SourceNode): string | undefined {
  const name = nodeAt(backend, 'service', 'name') ?? nodeAt(backend, 'serviceName') ?? nodeAt(backend, 'name');
  return warningAt(context, 'route-blocked', route, name ?? backend)?.message;
}

/** It is shut only where it is for all pods and ports. */
function joined(answers: readonly PolicyAnswer[]): PolicyAnswer {
  const denied = answers.find(({ state }) => state === 'denied');
  const open = answers.find(({ state }) => state === 'unknown');
  if (denied === undefined) return open ?? answers.find(({ note }) => note !== undefined) ?? { state: 'ok' };
  if (answers.every(({ state }) => state === 'denied')) return denied;
  return { ...denied, state: 'unknown', note: `Policies deny a part of its pods or ports: ${denied.note ?? ''}` };
}
