import { stringAt, type SourceNode } from '../manifest/node';
import { isPlaceholder, printLabels, printSelector } from '../model/label';
import { operatorServiceNamed } from '../model/made-services';
import {
  derived,
  selectWorkloads,
  serviceNamed,
  servicesOf,
  workloadsOf,
  type NetworkModel,
} from '../model/network-model';
import { looksLikePatch } from '../model/patch';
import type { Service } from '../model/service';
import { printWorkload, selectsPods, type Workload } from '../model/workload';
import type { Settings } from '../settings';
import { replaceScalar } from './edits';
import { explainMissing, type MissingService } from './missing-service';
import { absentSeverity, describeMissing, isOfOtherScope, relatedToMissing } from './missing-service-report';
import { plannedFixes } from './planned-fixes';
import { change } from './port-fields';
import { defineRule, lowered, type FixDraft, type Report } from './rule';
import { selectorPlace } from './selector-report';
import { explainMiss } from './unmatched';

export const statefulsetServiceMissing = defineRule({
  id: 'statefulset-service-missing',
  title: "A StatefulSet's serviceName names no headless Service of its pods",
  severity: 'warning',
  variants: [
    'information: the Service is in another scope, no Service is there at all, or it is not headless where `replicas: 1` is written',
  ],
  check(model, report, settings) {
    for (const workload of workloadsOf(model)) {
      if (workload.kind !== 'StatefulSet' || workload.runBy !== 'StatefulSet') continue;
      const name = stringAt(workload.resource.root, 'spec', 'serviceName');
      // Kubernetes asks for none any more; without one the pods have no names, which may be meant.
      if (!name || name.value === '' || isPlaceholder(name.value) || isPlaceholder(workload.namespace)) continue;
      if (looksLikePatch(workload.resource)) continue;
      const service = serviceNamed(model, workload.namespace, name.value);
      const governing: Governing = { workload, name: name.value, node: name.node };
      if (service) checkService(governing, service, model, report);
      else if (!operatorServiceNamed(model, workload.namespace, name.value))
        reportMissing(governing, model, settings, report);
    }
  },
  fixes: plannedFixes,
});

/** A StatefulSet and the Service that it says gives its pods their names. */
interface Governing {
  readonly workload: Workload;
  readonly name: string;
  readonly node: SourceNode;
}

function reportMissing(governing: Governing, model: NetworkModel, settings: Settings, report: Report): void {
  const { workload, name, node } = governing;
  const { namespace, resource } = workload;
  const missing = explainMissing(model, {
    service: { text: name, start: 0, end: name.length },
    writtenNamespace: undefined,
    namespace,
    isPlaced: resource.namespace !== undefined,
    pod: undefined,
    srv: undefined,
  });
  const own = ownService(governing, model);
  const isNear = missing?.kind === 'near' || missing?.kind === 'renamed';
  const near = isNear ? missing.service : undefined;
  const absent = missing && ((near ?? own) ? 'warning' : absentSeverity(missing, model, settings));
  const severity = absent === 'warning' && isWithoutServices(model) ? 'information' : absent;
  if (!missing || !severity || isOfOtherScope(missing, namespace)) return;
  const best = near && fixesFor(governing, near).length > 0 ? near : (own ?? near);
  const fixes = best ? fixesFor(governing, best) : [];
  const what = best === own && own ? `Service ${own.name} is headless and selects them.` : describeAbsent(missing);
  report({
    resource,
    at: node,
    severity: best && !model.complete ? lowered(severity) : severity,
    message: `No Service named "${name}" in namespace ${namespace}, so the pods of ${printWorkload(workload)} get no names of their own in DNS. ${what}`,
    related: best ? [{ resource: best.resource, message: `Service ${best.name}` }] : relatedToMissing(missing),
    ...(fixes.length > 0 ? { data: { fixes } } : {}),
  });
}

/** Plain files without any Service are a part of something that is applied together with others. A build says what belongs to it. */
function isWithoutServices({ scope, contents }: NetworkModel): boolean {
  return scope.kind === 'directory' && ![...contents.values()].some(({ services }) => services.size > 0);
}

function describeAbsent(missing: MissingService): string {
  return missing.kind === 'outside'
    ? 'Nothing here comes close: add a headless one (clusterIP: None), unless it comes from elsewhere.'
    : describeMissing(missing);
}

/** The only headless Service that selects the pods. */
function ownService({ workload }: Governing, model: NetworkModel): Service | undefined {
  const { namespace, podLabels } = workload;
  const index = headlessByLabel(model);
  const found = podLabels
    .flatMap(({ key, value }) => index.get(`${namespace} ${key}=${value}`) ?? [])
    .filter(({ selector }) => selector && selectsPods(selector, workload));
  return found.length === 1 ? found[0] : undefined;
}

/** Headless Services by their namespace and the first label of their selector. */
function headlessByLabel(model: NetworkModel): ReadonlyMap<string, readonly Service[]> {
  return derived(model, 'headless services by label', () => {
    const index = new Map<string, Service[]>();
    for (const service of servicesOf(model)) {
      const [first] = service.selector?.requirements ?? [];
      if (!service.headless || !first) continue;
      const key = `${service.namespace} ${first.key}=${first.values[0] ?? ''}`;
      index.set(key, [...(index.get(key) ?? []), service]);
    }
    return index;
  });
}

function fixesFor({ workload, name, node }: Governing, service: Service): readonly FixDraft[] {
  if (service.name === name || !service.headless) return [];
  if (service.selector && !selectsPods(service.selector, workload)) return [];
  return change(name, service.name, replaceScalar(workload.resource, node, service.name));
}

function checkService(governing: Governing, service: Service, model: NetworkModel, report: Report): void {
  if (isPlaceholder(service.type) || looksLikePatch(service.resource)) return;
  if (!service.headless) reportHeaded(governing, service, model, report);
  else if (service.selector && !selectsPods(service.selector, governing.workload))
    reportOther(governing, service, model, report);
}

/**
 * The cluster's DNS answers for the pods of a Service that has an address too, but nothing promises so (API reference,
 * StatefulSetSpec); and who asks for the Service gets one pod of several, whatever it does. With a single pod both are the same; where no
 * number is written, the next one who scales it up reads nothing of that.
 */
function reportHeaded(governing: Governing, service: Service, model: NetworkModel, report: Report): void {
  const { workload, name, node } = governing;
  const isSingle = workload.replicas !== undefined && workload.replicas <= 1;
  const own = ownService(governing, model);
  const severity = isSingle && service.type !== 'ExternalName' ? 'information' : 'warning';
  const fixes = own ? fixesFor(governing, own) : [];
  const kind = service.type === 'ExternalName' ? 'an ExternalName' : 'not headless';
  report({
    resource: workload.resource,
    at: node,
    severity: model.complete ? severity : lowered(severity),
    message: `Service ${name} is ${kind}, and only a headless one (clusterIP: None) promises each pod of ${printWorkload(workload)} a name of its own in DNS.${own ? ` Service ${own.name} is headless and selects them.` : ''}`,
    related: [{ resource: service.resource, message: `Service ${name} is ${kind}` }],
    ...(fixes.length > 0 ? { data: { fixes } } : {}),
  });
}

/** Where a slip in the Service's selector is all there is, `service-selector-unmatched` says so. */
function reportOther(governing: Governing, service: Service, model: NetworkModel, report: Report): void {
  const { workload, name, node } = governing;
  const { selector } = service;
  if (!selector || isUnknown(workload) || selector.requirements.some(({ values }) => values.some(isPlaceholder)))
    return;
  const isMiss = selectWorkloads(model, service.namespace, selector).length === 0;
  if (isMiss && explainMiss(model, [service.namespace], selector)?.kind !== 'outside') return;
  const own = ownService(governing, model);
  const fixes = own ? fixesFor(governing, own) : [];
  const labels = workload.podLabels.length > 0 ? printLabels(workload.podLabels) : 'no labels';
  report({
    resource: workload.resource,
    at: node,
    severity: model.complete ? 'warning' : lowered('warning'),
    message: `Service ${name} selects ${printSelector(selector)}, and the pods of ${printWorkload(workload)} have ${labels}: it gives them no names in DNS.${own ? ` Service ${own.name} is headless and selects them.` : ''}`,
    related: [
      { resource: service.resource, at: selectorPlace(selector), message: `Service ${name} selects other pods` },
    ],
    ...(fixes.length > 0 ? { data: { fixes } } : {}),
  });
}

/** Labels that something fills in later may be those. */
function isUnknown({ podLabels, podLabelsNode, labelsKnown }: Workload): boolean {
  return !labelsKnown || podLabelsNode?.type === 'scalar' || podLabels.some(({ value }) => isPlaceholder(value));
}
