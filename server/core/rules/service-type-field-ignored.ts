import { entryOf, itemsAt, keyRange, nodeAt, stringAt, type MapEntry, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPlaceholder } from '../model/label';
import { isPatch, servicesOf, type NetworkModel } from '../model/network-model';
import type { Service } from '../model/service';
import { entryRange, removeEntry } from './edits';
import { isUnset } from './port-fields';
import { reportUnlessClean } from './report-unless-clean';
import { defineRule, type FixData, type FixDraft, type Place, type Report, type TextOf } from './rule';

export const serviceTypeFieldIgnored = defineRule({
  id: 'service-type-field-ignored',
  title: 'A field that Services of this type ignore, or may not have',
  severity: 'warning',
  check(model, report) {
    for (const service of servicesOf(model)) {
      if (!types.includes(service.type) || isPart(model, service)) continue;
      reportUnlessClean(model, service, 'service-type-field-ignored', report, (tell) => {
        checkFields(service, tell);
        checkNodePorts(service, tell);
        checkHeadless(service, tell);
      });
    }
  },
  fixes: removeField,
});

const types: readonly string[] = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];

/** What a renderer made is whole, however little it says. */
function isPart(model: NetworkModel, { resource }: Service): boolean {
  return model.scope.kind === 'directory' && isPatch(model, resource);
}

/** What becomes of a field where it does not belong: the API server refuses the Service, or nobody reads it. */
interface Misplaced {
  readonly field: string;
  /** Whom it is for, as the end of a sentence. */
  readonly belongs: string;
  readonly refused: boolean;
  readonly isMisplaced: (service: Service) => boolean;
}

const isNotLoadBalancer = ({ type }: Service): boolean => type !== 'LoadBalancer';
const isExternalName = ({ type }: Service): boolean => type === 'ExternalName';
const forOthers = 'is for every other type';

/**
 * Fields of a Service's spec that some types have no use for (API reference, ServiceSpec; ValidateService of Kubernetes for what is
 * refused). `ports` of an ExternalName are no such field: Ingress controllers and meshes read them.
 */
const fields: readonly Misplaced[] = [
  {
    field: 'externalTrafficPolicy',
    belongs: 'is for NodePort, LoadBalancer, and Services with externalIPs',
    refused: true,
    isMisplaced: (service) =>
      isExternalName(service) ||
      (service.type === 'ClusterIP' && itemsAt(service.resource.root, 'spec', 'externalIPs').length === 0),
  },
  {
    field: 'healthCheckNodePort',
    belongs: 'is for LoadBalancer with externalTrafficPolicy: Local',
    refused: true,
    isMisplaced: (service) =>
      isNotLoadBalancer(service) || stringAt(service.resource.root, 'spec', 'externalTrafficPolicy')?.value !== 'Local',
  },
  { field: 'loadBalancerIP', belongs: 'is for LoadBalancer', refused: false, isMisplaced: isNotLoadBalancer },
  { field: 'loadBalancerClass', belongs: 'is for LoadBalancer', refused: true, isMisplaced: isNotLoadBalancer },
  {
    field: 'allocateLoadBalancerNodePorts',
    belongs: 'is for LoadBalancer',
    refused: true,
    isMisplaced: isNotLoadBalancer,
  },
  {
    field: 'externalName',
    belongs: 'is for ExternalName',
    refused: false,
    isMisplaced: (service) => !isExternalName(service),
  },
  {
    field: 'sessionAffinityConfig',
    belongs: 'is for sessionAffinity: ClientIP',
    refused: true,
    isMisplaced: ({ resource }) => stringAt(resource.root, 'spec', 'sessionAffinity')?.value !== 'ClientIP',
  },
  { field: 'selector', belongs: forOthers, refused: false, isMisplaced: isExternalName },
  { field: 'clusterIP', belongs: forOthers, refused: true, isMisplaced: isExternalName },
  { field: 'clusterIPs', belongs: forOthers, refused: true, isMisplaced: isExternalName },
  { field: 'externalIPs', belongs: forOthers, refused: false, isMisplaced: isExternalName },
  { field: 'ipFamilies', belongs: forOthers, refused: true, isMisplaced: isExternalName },
  { field: 'ipFamilyPolicy', belongs: forOthers, refused: true, isMisplaced: isExternalName },
];

function checkFields(service: Service, report: Report): void {
  const spec = nodeAt(service.resource.root, 'spec');
  for (const { field, belongs, refused, isMisplaced } of fields) {
    const entry = entryOf(spec, field);
    if (!entry || !isSet(entry.value) || !isMisplaced(service) || isDecidedLater(service, field)) continue;
    reportField(service, entry, { belongs, refused }, report);
  }
}

/** What a placeholder stands for may be what makes the field belong. */
function isDecidedLater({ resource }: Service, field: string): boolean {
  const deciding: Readonly<Record<string, string>> = {
    sessionAffinityConfig: 'sessionAffinity',
    healthCheckNodePort: 'externalTrafficPolicy',
  };
  const other = deciding[field];
  return other !== undefined && isPlaceholder(stringAt(resource.root, 'spec', other)?.value ?? '');
}

function checkNodePorts(service: Service, report: Report): void {
  const { type, resource } = service;
  if (type !== 'ClusterIP' && type !== 'ExternalName') return;
  for (const port of itemsAt(resource.root, 'spec', 'ports')) {
    const entry = entryOf(port, 'nodePort');
    if (!entry || !isSet(entry.value)) continue;
    const number = entry.value.type === 'scalar' ? ` ${String(entry.value.value)}` : '';
    reportField(
      service,
      entry,
      { belongs: 'is for NodePort and LoadBalancer', refused: type === 'ClusterIP', text: `nodePort${number}` },
      report,
    );
  }
}

/** Node ports and load balancers lead to the Service's own address, so there must be one. */
function checkHeadless(service: Service, report: Report): void {
  const entry = entryOf(nodeAt(service.resource.root, 'spec'), 'clusterIP');
  if (entry?.value.type !== 'scalar' || entry.value.value !== 'None') return;
  if (service.type !== 'NodePort' && service.type !== 'LoadBalancer') return;
  reportField(
    service,
    entry,
    { belongs: 'makes a Service headless, which only ClusterIP can be', refused: true, text: 'clusterIP: None' },
    report,
  );
}

/** Zero is the API server's word for "none" in numbers, the empty text in texts. */
function isSet(node: SourceNode): boolean {
  if (isUnset(node)) return false;
  if (node.type === 'scalar') return node.value !== 0 && !(typeof node.value === 'string' && isPlaceholder(node.value));
  return node.type === 'map' ? node.entries.length > 0 : node.items.length > 0;
}

function reportField(
  { type, resource, name }: Service,
  entry: MapEntry,
  { belongs, refused, text = entry.key }: { belongs: string; refused: boolean; text?: string },
  report: Report,
): void {
  const isWritten = !isUnset(nodeAt(resource.root, 'spec', 'type'));
  report({
    resource,
    at: placeOf(entry),
    message: `${text} ${belongs}, and Service ${name} is of type ${type}${isWritten ? '' : ', as no type is written'}: ${refused ? 'the API server refuses this' : 'it does nothing here'}.`,
    ...(refused ? {} : { tags: ['unnecessary'] as const }),
    data: fixData(resource, entry),
  });
}

function placeOf(entry: MapEntry): Place {
  return entry.value.type === 'scalar' && !entry.value.shared ? entryRange(entry) : keyRange(entry);
}

/** Where an overlay changes the type of what a base writes, the base is right for others. */
function fixData(resource: Resource, entry: MapEntry): FixData {
  const range = entryRange(entry);
  const file = range.file ?? resource.file;
  const type = nodeAt(resource.root, 'spec', 'type');
  if (entry.value.shared || (type && (type.file ?? resource.file) !== file)) return {};
  return { field: entry.key, file, start: range.start, end: range.end };
}

function removeField({ field, file, start, end }: FixData, textOf: TextOf): readonly FixDraft[] {
  if (typeof file !== 'string' || typeof start !== 'number' || typeof end !== 'number') return [];
  const edits = removeEntry(textOf(file), file, { start, end });
  return edits.length > 0 ? [{ title: `Remove ${String(field)}`, edits }] : [];
}
