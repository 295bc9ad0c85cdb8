import type { Severity } from '../finding';
import { hostReferences, nameLookup, type HostReference } from '../model/dns-references';
import { asNamespaced, targetOfReference, type ClusterName, type NamePart } from '../model/dns-targets';
import type { NetworkModel } from '../model/network-model';
import type { Service } from '../model/service';
import { printWorkload } from '../model/workload';
import type { Settings } from '../settings';
import { listed } from '../reach/describe-form';
import { editPart, partFixData, partFixes, partPlace, type PartEdit } from './host-edits';
import { explainMissing, type MissingService } from './missing-service';
import { defineRule, lowered, type RelatedReport, type Report } from './rule';

export const dnsNameUnresolved = defineRule({
  id: 'dns-name-unresolved',
  title: 'A name of a Service that no Service answers to',
  severity: 'warning',
  variants: [
    'information: the Service is in another scope, nothing comes close to a name with `.svc`, or its namespace is none of the scope',
    'hint: a host that may be something else, or a URL that nothing comes close to',
  ],
  check(model, report, settings) {
    for (const reference of hostReferences(model, settings.cluster.domain)) {
      if (reference.use === 'header' && reference.mention.form !== 'cluster') continue;
      const target = targetOfReference(model, reference) ?? asNamespaced(model, reference);
      if (target?.type !== 'unqualified' && target?.type !== 'missing') continue;
      if (!isAskedInCluster(reference)) continue;
      if (target.type === 'unqualified') reportUnqualified(reference, target.name, target.service, report);
      else reportMissing(reference, target.name, model, settings, report);
    }
  },
  fixes: partFixes,
});

/** Whether the cluster's DNS is what the pods ask, and in the usual domains as far as that matters. */
function isAskedInCluster({ users, mention }: HostReference): boolean {
  if (users.length === 0) return true;
  const isLong = mention.form === 'cluster';
  return users.some((workload) => {
    const { cluster, moreDomains } = nameLookup(workload);
    return cluster && (isLong || !moreDomains);
  });
}

/** `web.svc.cluster.local`: no domain of the search path makes a name of it. */
function reportUnqualified(reference: HostReference, name: ClusterName, service: Service, report: Report): void {
  const { host } = reference.mention;
  const full = `${service.name}.${service.namespace}`;
  report({
    resource: reference.place.resource,
    at: partPlace(reference.place),
    message: `${host} lacks the namespace, so no Service answers. Service ${service.name} is ${host.replace(service.name, full)}.`,
    related: relatedTo([service]),
    ...partFixData([{ title: `Change "${service.name}" to "${full}"`, edit: editName(reference, name.service, full) }]),
  });
}

function reportMissing(
  reference: HostReference,
  name: ClusterName,
  model: NetworkModel,
  settings: Settings,
  report: Report,
): void {
  const missing = explainMissing(model, name);
  const severity = missing && severityOf(missing, reference, name, model, settings);
  if (!missing || !severity) return;
  report({
    resource: reference.place.resource,
    at: partPlace(reference.place, partToMend(missing, name)),
    severity,
    message: `No Service named "${name.service.text}" in namespace ${name.namespace}${forWhom(reference)}. ${explanation(missing, reference, name)}`,
    related: relatedOf(missing),
    ...partFixData(fixesOf(missing, reference, name)),
  });
}

/** Whoever reads a ConfigMap wants to know who uses it. */
function forWhom({ users, place }: HostReference): string {
  if (users.length === 0 || users.some(({ resource }) => resource === place.resource)) return '';
  return `, where ${listed(users.map(printWorkload), 'and')} ${users.length > 1 ? 'ask' : 'asks'} for it`;
}

/** An address for certain; a pair in a script may be something else. */
function isCertain({ mention, use }: HostReference): boolean {
  return mention.form !== 'pair' || (mention.alone && use === 'setting');
}

/** The label that is wrong; undefined: the whole host. */
function partToMend(missing: MissingService, { service, writtenNamespace }: ClusterName): NamePart | undefined {
  if (missing.kind === 'near' || missing.kind === 'renamed') return service;
  if (missing.kind === 'near-namespace' || missing.kind === 'elsewhere') return writtenNamespace;
  return missing.namesakes.length > 0 ? writtenNamespace : undefined;
}

function severityOf(
  missing: MissingService,
  reference: HostReference,
  name: ClusterName,
  model: NetworkModel,
  settings: Settings,
): Severity | undefined {
  const { form, alone } = reference.mention;
  const loud: Severity = isCertain(reference) ? 'warning' : 'hint';
  const audible = model.complete ? loud : lowered(loud);
  // One dot: what looks like a namespace may be a domain of the outside.
  const isDomain = form !== 'cluster' && name.writtenNamespace !== undefined;
  switch (missing.kind) {
    case 'near':
    case 'renamed':
      return audible;
    case 'near-namespace':
      return isDomain ? 'hint' : audible;
    case 'elsewhere':
      if (isDomain) return missing.sameScope && model.complete ? 'hint' : undefined;
      // What says no namespace is applied to the one that somebody names then.
      if (missing.sameScope) return name.isPlaced ? audible : lowered(audible);
      return isCertain(reference) ? lowered(audible) : undefined;
    case 'outside':
      if (isDomain || name.pod !== undefined) return undefined;
      if (form === 'pair' || (form === 'url' && !(alone && reference.use === 'setting'))) return undefined;
      if (missing.populated && model.complete) return form === 'cluster' ? 'information' : 'hint';
      if (missing.namesakes.length > 0 && model.complete) return 'information';
      return settings.unmatchedOutside === 'off' ? undefined : settings.unmatchedOutside;
  }
}

function explanation(missing: MissingService, { mention }: HostReference, name: ClusterName): string {
  switch (missing.kind) {
    case 'near':
      return `Service ${missing.service.name} is there.`;
    case 'near-namespace':
      return `Nothing here is in that namespace; Service ${missing.service.name} is in namespace ${missing.service.namespace}.`;
    case 'renamed':
      return `Kustomize names it ${missing.service.name}, and leaves names within texts as they are.`;
    case 'elsewhere': {
      const [first] = missing.services;
      const places = namespacesOf(missing.services);
      if (missing.moved) return `Kustomize puts it into ${places}, and leaves names within texts as they are.`;
      const short = name.writtenNamespace ? '' : `: write ${name.service.text}.${first?.namespace ?? ''}`;
      return missing.sameScope
        ? `One is in ${places}${short}.`
        : `One is in ${places} of ${missing.model.scope.name}, which is applied separately${short}.`;
    }
    case 'outside':
      if (missing.namesakes.length > 0)
        return `Nothing here is in that namespace, and one is in ${namespacesOf(missing.namesakes)}: check which is meant.`;
      return mention.form === 'cluster'
        ? 'Nothing here comes close: check the name, unless the Service comes from elsewhere.'
        : `Nothing here comes close: check the name, unless the Service comes from elsewhere or ${mention.host} is no Service.`;
  }
}

/** `namespace shop`, `namespaces pay and shop`. */
function namespacesOf(services: readonly Service[]): string {
  const namespaces = services.map(({ namespace }) => namespace);
  return `namespace${namespaces.length > 1 ? 's' : ''} ${listed(namespaces, 'and')}`;
}

function relatedOf(missing: MissingService): readonly RelatedReport[] {
  return relatedTo(servicesOf(missing).slice(0, 3));
}

/** The Services that may be meant. */
function servicesOf(missing: MissingService): readonly Service[] {
  if (missing.kind === 'outside') return missing.namesakes;
  return missing.kind === 'elsewhere' ? missing.services : [missing.service];
}

function relatedTo(services: readonly Service[]): readonly RelatedReport[] {
  return services.map(({ resource, name, namespace }) => ({
    resource,
    message: `Service ${name} in namespace ${namespace}`,
  }));
}

function fixesOf(
  missing: MissingService,
  reference: HostReference,
  name: ClusterName,
): readonly { readonly title: string; readonly edit: PartEdit | undefined }[] {
  const { service, writtenNamespace } = name;
  const change = (part: NamePart, text: string) => ({
    title: `Change "${part.text}" to "${text}"`,
    edit: editName(reference, part, text),
  });
  switch (missing.kind) {
    case 'near':
    case 'renamed':
      return [change(service, missing.service.name)];
    case 'near-namespace':
      return writtenNamespace ? [change(writtenNamespace, missing.service.namespace)] : [];
    case 'elsewhere':
    case 'outside':
      return servicesOf(missing)
        .slice(0, 3)
        .map(({ namespace }) =>
          writtenNamespace ? change(writtenNamespace, namespace) : change(service, `${service.text}.${namespace}`),
        );
  }
}

/** One label of the host, and nothing around it. */
function editName({ place }: HostReference, part: NamePart, text: string): PartEdit | undefined {
  return editPart(place, text, part);
}
