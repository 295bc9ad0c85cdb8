import { nodeAt, type SourceNode } from '../manifest/node';
import { clusterFacts } from '../model/cluster';
import { isPlaceholder } from '../model/label';
import { operatorServiceNamed } from '../model/made-services';
import { isClusterNamespace, serviceNamed, servicesOf, type NetworkModel } from '../model/network-model';
import { looksLikePatch } from '../model/patch';
import type { Service } from '../model/service';
import type { Settings } from '../settings';
import { replaceScalar } from './edits';
import { explainMissing } from './missing-service';
import { absentSeverity, describeMissing, isOfOtherScope, relatedToMissing, rightName } from './missing-service-report';
import { plannedFixes } from './planned-fixes';
import { change, isUnset, labelFault } from './port-fields';
import { defineRule, type FixDraft, type RelatedReport, type Report } from './rule';

export const serviceExternalNameInvalid = defineRule({
  id: 'service-external-name-invalid',
  title: 'An externalName that is an address or no name, or names a Service that is not there',
  severity: 'warning',
  variants: ['information: the Service is in another scope'],
  check(model, report, settings) {
    for (const service of servicesOf(model)) {
      if (service.type !== 'ExternalName') continue;
      checkService(service, model, settings, report);
    }
  },
  fixes: plannedFixes,
});

/** An externalName with what is worth knowing of it. */
interface Alias {
  readonly service: Service;
  /** As written. */
  readonly name: string;
  readonly node: SourceNode;
}

function checkService(service: Service, model: NetworkModel, settings: Settings, report: Report): void {
  const { resource } = service;
  const node = nodeAt(resource.root, 'spec', 'externalName');
  if (!node || isUnset(node)) {
    if (model.scope.kind === 'directory' && looksLikePatch(resource)) return;
    report({
      resource,
      at: node && node.start < node.end ? node : (nodeAt(resource.root, 'spec', 'type') ?? resource.nameNode),
      message: `Service ${service.name} is of type ExternalName and has no externalName: write the DNS name that it stands for.`,
    });
    return;
  }
  if (node.type !== 'scalar' || isPlaceholder(String(node.value))) return;
  const alias: Alias = { service, name: String(node.value), node };
  const fault = faultOf(alias);
  if (fault) reportAlias(alias, fault.message, report, fault.fixes);
  else checkClusterName(alias, model, settings, report);
}

function reportAlias(
  { service, node }: Alias,
  message: string,
  report: Report,
  fixes: readonly FixDraft[] = [],
  related: readonly RelatedReport[] = [],
): void {
  report({ resource: service.resource, at: node, message, related, ...(fixes.length > 0 ? { data: { fixes } } : {}) });
}

/** What is wrong with the text itself: it must be a DNS name (ValidateService, RFC 1123), and an address only looks like one. */
function faultOf(alias: Alias): { readonly message: string; readonly fixes: readonly FixDraft[] } | undefined {
  const { name, node, service } = alias;
  if (/^\d+(\.\d+){3}$/.test(name) || /^[0-9a-f]*:[0-9a-f:.]+$/i.test(name))
    return {
      message: `externalName ${name} is an address. DNS takes it for a name, which nobody resolves: for an address, leave type and externalName out and add an EndpointSlice labelled kubernetes.io/service-name: ${service.name}.`,
      fixes: [],
    };
  const bare = name.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[:/].*$/, '');
  const best = bare.toLowerCase();
  const isChanged = best !== name && isDnsName(best);
  const fixes = isChanged ? change(name, best, replaceScalar(service.resource, node, best)) : [];
  if (bare !== name && isChanged)
    return { message: `externalName "${name}" is no DNS name: it takes a host alone, ${best}.`, fixes };
  if (!isDnsName(name)) return { message: `externalName "${name}" is no DNS name: the API server refuses it.`, fixes };
  return undefined;
}

function isDnsName(text: string): boolean {
  const name = text.replace(/\.$/, '');
  return name.length <= 253 && name.split('.').every((label) => label !== '' && labelFault(label) === undefined);
}

/** A name of the cluster's own DNS, taken apart. */
interface Parts {
  readonly service: string;
  /** Undefined: none is written. */
  readonly namespace: string | undefined;
  /** In front of it: one pod behind the Service. */
  readonly before: string;
  /** With `svc` and the domain. */
  readonly isFull: boolean;
}

function partsOf(name: string, domain: string): Parts | undefined {
  const text = name.replace(/\.$/, '');
  const suffix = `.svc.${domain}`;
  const isFull = text.endsWith(suffix);
  const rest = isFull ? text.slice(0, -suffix.length) : text.endsWith('.svc') ? text.slice(0, -4) : text;
  const labels = rest.split('.');
  const service = labels.at(labels.length > 1 ? -2 : -1);
  if (service === undefined || labels.length > 3) return undefined;
  const before = labels
    .slice(0, -2)
    .map((label) => `${label}.`)
    .join('');
  return { service, namespace: labels.length > 1 ? labels.at(-1) : undefined, before, isFull };
}

/**
 * The answer is a CNAME, which no search path completes: only the full form is a name of the cluster. Short forms are taken for names of
 * the cluster where a Service answers to them, and for names outside else.
 */
function checkClusterName(alias: Alias, model: NetworkModel, settings: Settings, report: Report): void {
  const { service, name } = alias;
  const { domain } = clusterFacts(model, settings);
  const parts = partsOf(name, domain);
  if (!parts) return;
  const namespace = parts.namespace ?? service.namespace;
  const found = serviceNamed(model, namespace, parts.service);
  const full = `${parts.before}${parts.service}.${namespace}.svc.${domain}`;
  if (!parts.isFull) {
    const isOfCluster = name.endsWith('.svc') || (found && found !== service && parts.before === '');
    if (isOfCluster) reportShort(alias, full, found, report);
    return;
  }
  if (parts.namespace === undefined) {
    if (found && found !== service) reportShort(alias, full, found, report);
    return;
  }
  if (isGiven(model, parts.service, namespace)) return;
  if (found) {
    if (service.namespace === namespace && service.name === parts.service && parts.before === '')
      reportAlias(
        alias,
        `externalName ${name} is the name of this Service itself: it leads to itself for ever.`,
        report,
      );
    return;
  }
  reportMissing(alias, parts, namespace, domain, model, settings, report);
}

/** What every cluster has, and what an operator makes. */
function isGiven(model: NetworkModel, service: string, namespace: string): boolean {
  if (isClusterNamespace(namespace) || (service === 'kubernetes' && namespace === 'default')) return true;
  return operatorServiceNamed(model, namespace, service) !== undefined;
}

function reportShort(alias: Alias, full: string, found: Service | undefined, report: Report): void {
  const { service, name, node } = alias;
  reportAlias(
    alias,
    `externalName ${name} is no full name, and nothing completes it: write ${full}.`,
    report,
    change(name, full, replaceScalar(service.resource, node, full)),
    found ? [{ resource: found.resource, message: `Service ${found.name} in namespace ${found.namespace}` }] : [],
  );
}

function reportMissing(
  alias: Alias,
  parts: Parts,
  namespace: string,
  domain: string,
  model: NetworkModel,
  settings: Settings,
  report: Report,
): void {
  const { service, name, node } = alias;
  const missing = explainMissing(model, {
    service: { text: parts.service, start: 0, end: parts.service.length },
    writtenNamespace: { text: namespace, start: 0, end: namespace.length },
    namespace,
    isPlaced: true,
    pod: undefined,
    srv: undefined,
  });
  const severity = missing && absentSeverity(missing, model, settings);
  if (!missing || !severity || isOfOtherScope(missing, namespace)) return;
  const right = rightName(missing);
  const full = right && `${parts.before}${right.name}.${right.namespace}.svc.${domain}`;
  const fixes = full === undefined ? [] : change(name, full, replaceScalar(service.resource, node, full));
  report({
    resource: service.resource,
    at: node,
    severity,
    message: `No Service named "${parts.service}" in namespace ${namespace}. ${describeMissing(missing)}`,
    related: relatedToMissing(missing),
    ...(fixes.length > 0 ? { data: { fixes } } : {}),
  });
}
