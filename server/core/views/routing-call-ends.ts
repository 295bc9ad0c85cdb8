import { itemsAt, stringAt } from '../manifest/node';
import { nameLookup, type HostReference } from '../model/dns-references';
import { printMaker } from '../model/made-services';
import { isPatch } from '../model/network-model';
import { podsBehind } from '../model/relations';
import { targetOf, type Service } from '../model/service';
import { printWorkload, type Workload } from '../model/workload';
import type { Location, Position } from '../position';
import { listed } from '../reach/describe-form';
import { policyFormsOf } from '../reach/policy-forms';
import { reachOf } from '../reach/reach';
import { partPlace } from '../rules/host-edits';
import type { Drawing } from './drawing';
import { hasPort, type Call } from './routing-calls';
import { deniedLookup } from './routing-dns';
import { addMissingService } from './routing-missing';
import { answerToCall } from './routing-verdicts';
import type { ViewEdge, ViewProblem } from './view';
import { isSevere } from './view-context';

/** Where a call leads, and how it fares. */
export interface CallEnd extends Pick<ViewEdge, 'target' | 'state' | 'note' | 'deciders'> {
  /** What a rule reports of it. */
  readonly problem?: ViewProblem | undefined;
}

/** Finds where a client's call leads, and adds a ghost where that is not here. */
export function endOfCall(drawing: Drawing, client: Workload, call: Call): CallEnd {
  const { reference, target } = call;
  if (target.type === 'service') return endAtService(drawing, client, call, target.services);
  const end = told(problemAt(drawing, reference, 'dns-name-unresolved'));
  if (target.type === 'unqualified') {
    const note = `${reference.mention.host} lacks the namespace, so no Service answers.`;
    return { target: drawing.ids.get(target.service) ?? '', note, ...end };
  }
  const { service, namespace } = target.name;
  const at = { resource: reference.place.resource, place: partPlace(reference.place) };
  const ghost = addMissingService(drawing, namespace, service.text, at, end.state === 'broken');
  const note =
    target.type === 'made'
      ? `Service ${service.text} is made by ${printMaker(target.made)}: where it leads no manifest tells.`
      : `No Service named "${service.text}" in namespace ${namespace} is here: it may come from elsewhere.`;
  return { target: ghost, note, ...end };
}

/** The rules know best what is a mistake: what they do not warn of may be meant so. */
function told(problem: ViewProblem | undefined): Pick<CallEnd, 'state' | 'note' | 'problem'> {
  if (!problem) return { state: 'unknown' };
  return { state: isSevere(problem) ? 'broken' : 'unknown', note: problem.message, problem };
}

function endAtService(drawing: Drawing, client: Workload, call: Call, services: readonly Service[]): CallEnd {
  const { reference, port } = call;
  const service = services.at(-1);
  const target = (service && drawing.ids.get(service)) ?? '';
  if (!service) return { target, state: 'unknown' };
  if (!nameLookup(client).cluster) {
    const note = `Pods of ${printWorkload(client)} do not ask the cluster's DNS, so this name may lead nowhere.`;
    return { target, state: 'unknown', note };
  }
  const mismatch = problemOfPort(drawing, call, services) ?? untranslated(drawing, service, port);
  if (mismatch) return { target, ...mismatch };
  const { model } = drawing.context;
  if (policyFormsOf(model).length === 0) return { target, state: 'ok' };
  const answer = answerToCall(reachOf(model), client, service, port);
  const lookup = answer.state === 'denied' ? undefined : deniedLookup(drawing, client, reference.mention.host);
  if (lookup) return { target, ...lookup };
  if (answer.state === 'ok') return { target, state: 'ok' };
  return { target, ...answer, problem: problemAt(drawing, reference, 'dns-name-blocked') };
}

/** Of a headless Service and of another name nobody needs to list ports, and of a part of a Service nobody knows them. */
function problemOfPort(
  drawing: Drawing,
  { reference, port }: Call,
  services: readonly Service[],
): Omit<CallEnd, 'target'> | undefined {
  const { mention } = reference;
  if (hasPort(services, port) || (mention.port === undefined && mention.scheme === undefined)) return undefined;
  const problem = problemAt(drawing, reference, 'dns-port-unmatched');
  if (problem) return told(problem);
  const isOpen = services.some(
    (service) => service.headless || service.type === 'ExternalName' || !arePortsKnown(drawing, service),
  );
  if (port === undefined || isOpen) return undefined;
  return { state: 'unknown', note: `Service ${services.at(-1)?.name ?? ''} has no port ${port}.` };
}

/** Names of headless Services are the pods' own addresses: who asks for the Service's port gets that port of the pods. */
function untranslated(
  { context: { model } }: Drawing,
  service: Service,
  asked: number | undefined,
): Omit<CallEnd, 'target'> | undefined {
  const { name, headless, ports } = service;
  const port = ports.find((own) => own.port.value === asked);
  if (!headless || !port || targetOf(port) === asked) return undefined;
  const workloads = podsBehind(model, service);
  const lacks = (workload: Workload): boolean =>
    workload.portsKnown && workload.ports.length > 0 && workload.ports.every(({ number }) => number !== asked);
  if (workloads.length === 0 || !workloads.every(lacks)) return undefined;
  const whose = listed(workloads.map(printWorkload), 'and');
  const note = `Service ${name} is headless, so port ${asked ?? ''} is asked of the pods themselves: no container of ${whose} declares it.`;
  return { state: 'unknown', note };
}

function arePortsKnown({ context: { model } }: Drawing, { resource, ports }: Service): boolean {
  const { root } = resource;
  const isWhole = itemsAt(root, 'spec', 'ports').length === ports.length;
  return isWhole && stringAt(root, 'spec', 'ports') === undefined && !isPatch(model, resource);
}

/** What a rule reports of a name, or of the port behind it. */
function problemAt({ context }: Drawing, { place, portPlace }: HostReference, rule: string): ViewProblem | undefined {
  const places = [place, ...(portPlace ? [portPlace] : [])].map((part) =>
    context.locate(part.resource, partPlace(part)),
  );
  return context
    .problemsOf(place.resource)
    .find((problem) => problem.rule === rule && places.some((own) => isWithin(problem.location, own)));
}

function isWithin(inner: Location | undefined, outer: Location): boolean {
  if (inner?.file !== outer.file) return false;
  return isInOrder(outer.range.start, inner.range.start) && isInOrder(inner.range.end, outer.range.end);
}

function isInOrder(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}
