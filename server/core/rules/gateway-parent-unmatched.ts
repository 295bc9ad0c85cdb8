import { nodeAt, type Sourced } from '../manifest/node';
import { commonHost, gatewayGroup, printListener, type Gateway, type Listener } from '../model/gateway';
import { hasHostnames, type GatewayRoute, type ParentRef } from '../model/gateway-route';
import { isPlaceholder } from '../model/label';
import { derived, gatewayRoutesOf, gatewaysOf, workloadsOf, type NetworkModel } from '../model/network-model';
import { attachmentsOf, isNamed, type Attachment } from '../reach/gateway-attachment';
import { printNamed } from '../reach/route-hop';
import type { Settings } from '../settings';
import { addEntry, entryPlace, quoted, replaceScalar, type EntryPlace } from './edits';
import { isNear, nearest } from './near';
import { defineRule, lowered, type FixDraft, type Report, type ReportInput } from './rule';

export const gatewayParentUnmatched = defineRule({
  id: 'gateway-parent-unmatched',
  title: 'A route that its Gateway does not take, or a parent that is not there',
  severity: 'error',
  variants: [
    'warning: the Gateway is in another namespace than the one that is written, or a hostname meets no listener while others do',
    'information: nothing comes close',
  ],
  check(model, report, settings) {
    for (const route of gatewayRoutesOf(model)) {
      const attachments = attachmentsOf(model, route);
      for (const attachment of attachments) {
        if (!attachment.gateway) checkMissing(route, attachment.parent, model, settings, report);
        else if (attachment.hop.ok === false) reportRefused(route, attachment, attachment.gateway, model, report);
      }
      checkHostnames(route, attachments, model, report);
    }
  },
  fixes(data, textOf) {
    if ('fixes' in data) return data['fixes'] as readonly FixDraft[];
    const { after, namespace } = data as unknown as { readonly after: EntryPlace; readonly namespace: string };
    const edit = addEntry(textOf(after.file), after, [`namespace: ${quoted(namespace, 'plain')}`]);
    return edit ? [{ title: `Add namespace: ${namespace}`, edits: [edit] }] : [];
  },
});

/** Other kinds of parents are nothing that manifests of ours declare. */
function checkMissing(
  route: GatewayRoute,
  parent: ParentRef,
  model: NetworkModel,
  settings: Settings,
  report: Report,
): void {
  const { name, kind, group } = parent;
  const namespace = parent.namespace?.value ?? route.namespace;
  if (kind !== 'Gateway' || group !== gatewayGroup || isPlaceholder(name.value) || isPlaceholder(namespace)) return;
  // A Gateway that is applied with something else is where many teams keep theirs.
  if (model.neighbours.some((other) => gatewayNamed(other, namespace, name.value))) return;
  const head = `No Gateway named "${name.value}" in namespace ${namespace}.`;
  const { resource } = route;
  const local = gatewaysOf(model, namespace);
  if (local.some((gateway) => isPlaceholder(gateway.name))) return;
  const near = nearest(name.value, local, (gateway) => gateway.name);
  if (near) {
    const edit = replaceScalar(resource, name.node, near.name);
    report({
      resource,
      at: name.node,
      message: `${head} Gateway ${near.name} is there.`,
      related: [{ resource: near.resource, message: `Gateway ${near.name}` }],
      data: { fixes: edit ? [{ title: `Change "${name.value}" to "${near.name}"`, edits: [edit] }] : [] },
    });
    return;
  }
  const elsewhere = gatewaysByName(model).get(name.value) ?? [];
  const [first] = elsewhere;
  if (first) {
    report({
      ...reportElsewhere(route, parent, elsewhere, first, model),
      message: `${head} ${whereElse(first, parent)}`,
    });
    return;
  }
  const known = model.complete && (local.length > 0 || workloadsOf(model, namespace).length > 0);
  const severity = known ? 'information' : settings.unmatchedOutside;
  if (severity === 'off') return;
  const message = `${head} Nothing here comes close: check the name, unless the Gateway comes from elsewhere.`;
  report({ resource, at: name.node, severity, message });
}

function gatewaysByName(model: NetworkModel): ReadonlyMap<string, readonly Gateway[]> {
  return derived(model, 'gateways-by-name', () => {
    const byName = new Map<string, Gateway[]>();
    for (const gateway of gatewaysOf(model)) {
      if (isPlaceholder(gateway.namespace)) continue;
      const group = byName.get(gateway.name);
      if (group) group.push(gateway);
      else byName.set(gateway.name, [gateway]);
    }
    return byName;
  });
}

function gatewayNamed(model: NetworkModel, namespace: string, name: string): boolean {
  return gatewaysOf(model, namespace).some((gateway) => gateway.name === name);
}

function whereElse({ name, namespace }: Gateway, parent: ParentRef): string {
  return parent.namespace
    ? `Gateway ${name} is in namespace ${namespace}.`
    : `Gateway ${name} is in namespace ${namespace}, and a parent without a namespace is meant in the route's own.`;
}

/** Certain where the namespace was forgotten or misspelled; another namespace that is written on purpose may hold a Gateway of its own. */
function reportElsewhere(
  { resource }: GatewayRoute,
  parent: ParentRef,
  elsewhere: readonly Gateway[],
  first: Gateway,
  model: NetworkModel,
): Omit<ReportInput, 'message'> {
  const written = parent.namespace;
  const isSlip = written === undefined || isNear(written.value, first.namespace);
  const severity = isSlip ? 'error' : 'warning';
  const places = new Set(elsewhere.map(({ namespace }) => namespace));
  // Where the Gateway takes none of other namespaces, naming it is not enough.
  const takesOthers = first.listeners.some(({ allowedRoutes }) => allowedRoutes.from !== 'Same');
  const isSure = isSlip && takesOthers && places.size === 1;
  const edit = written && isSure ? replaceScalar(resource, written.node, first.namespace) : undefined;
  const after = written || !isSure ? undefined : entryPlaceOfName(resource, parent);
  const fixes = edit ? [{ title: `Change "${written?.value ?? ''}" to "${first.namespace}"`, edits: [edit] }] : [];
  return {
    resource,
    at: written?.node ?? parent.name.node,
    severity: model.complete ? severity : lowered(severity),
    related: elsewhere.slice(0, 3).map((gateway) => ({
      resource: gateway.resource,
      message: `Gateway ${gateway.name} in namespace ${gateway.namespace}`,
    })),
    data: after ? { after, namespace: first.namespace } : { fixes },
  };
}

function entryPlaceOfName(resource: GatewayRoute['resource'], { node }: ParentRef): EntryPlace | undefined {
  const entry = node.type === 'map' ? node.entries.find(({ key }) => key === 'name') : undefined;
  return entryPlace(resource, node.shared ? undefined : entry);
}

/** The Gateway is here and no listener takes the route. Which of two Gateways of one name will count nobody can tell. */
function reportRefused(
  route: GatewayRoute,
  { parent, hop }: Attachment,
  gateway: Gateway,
  model: NetworkModel,
  report: Report,
): void {
  const doubles = gatewaysOf(model, gateway.namespace).filter(({ name }) => name === gateway.name);
  if (doubles.length > 1 || hasAlternatives(route, gateway, model)) return;
  const { resource } = route;
  const isAboutHosts = gateway.listeners.some(({ hostname }) => hostname && hostname.node === hop.at);
  const isInRoute = hop.resource === resource;
  const fallback = parent.sectionName?.node ?? parent.port?.node ?? parent.name.node;
  report({
    resource,
    at: isAboutHosts ? (nodeAt(resource.root, 'spec', 'hostnames', 0) ?? fallback) : fallback,
    severity: model.complete ? 'error' : lowered('error'),
    message: hop.text,
    related: isInRoute
      ? [{ resource: gateway.resource, message: `Gateway ${gateway.name}` }]
      : [{ resource: hop.resource, message: `Gateway ${gateway.name}`, ...(hop.at ? { at: hop.at } : {}) }],
    data: { fixes: isInRoute ? listenerFixes(route, parent, gateway) : [] },
  });
}

/** Whether the route's file goes with several alternatives, as folders of examples do, each with its own Gateway of that name. */
function hasAlternatives({ resource }: GatewayRoute, { name, namespace, ...gateway }: Gateway, model: NetworkModel) {
  return model.neighbours.some(
    ({ scope, contents }) =>
      scope.kind === 'directory' &&
      scope !== model.scope &&
      [...(contents.get(namespace)?.gateways ?? [])].some(
        (other) => other.name === name && other.resource.file !== gateway.resource.file,
      ) &&
      scope.files.includes(resource.file),
  );
}

function listenerFixes({ resource }: GatewayRoute, parent: ParentRef, { listeners }: Gateway): readonly FixDraft[] {
  const { sectionName, port } = parent;
  const named = sectionName && listeners.find(({ name }) => name?.value === sectionName.value);
  if (sectionName && !named) return nameFixes(resource, sectionName, listeners);
  const ports = new Set((named ? [named] : listeners).flatMap((listener) => listener.port?.value ?? []));
  const [only] = ports;
  if (!port || only === undefined || ports.size > 1) return [];
  const edit = replaceScalar(resource, port.node, only);
  return edit ? [{ title: `Change ${port.value} to ${only}`, edits: [edit] }] : [];
}

function nameFixes(
  resource: GatewayRoute['resource'],
  sectionName: Sourced<string>,
  listeners: readonly Listener[],
): readonly FixDraft[] {
  const names = listeners.flatMap(({ name }) => name?.value ?? []);
  const best = nearest(sectionName.value, names, (name) => name) ?? (names.length === 1 ? names[0] : undefined);
  const edit = best === undefined ? undefined : replaceScalar(resource, sectionName.node, best);
  return edit ? [{ title: `Change "${sectionName.value}" to "${best ?? ''}"`, edits: [edit] }] : [];
}

/** Hostnames that meet no listener are ignored while others do (API reference, HTTPRouteSpec.hostnames): those have no traffic. */
function checkHostnames(
  route: GatewayRoute,
  attachments: readonly Attachment[],
  model: NetworkModel,
  report: Report,
): void {
  if (route.hostnames.length < 2 || attachments.length === 0 || attachments.length < route.parentRefs.length) return;
  if (!hasHostnames(route.kind) || attachments.some(({ gateway, hop }) => !gateway || hop.ok !== true)) return;
  const listeners = attachments.flatMap(({ gateway, parent }) =>
    (gateway?.listeners ?? []).filter((listener) => isNamed(listener, parent)),
  );
  if (listeners.some(({ hostname }) => !hostname || isPlaceholder(hostname.value))) return;
  for (const { value, node } of route.hostnames) {
    if (isPlaceholder(value)) continue;
    if (listeners.some(({ hostname }) => hostname && commonHost(hostname.value, value) !== undefined)) continue;
    const [gateway] = attachments.flatMap((attachment) => attachment.gateway ?? []);
    const reasons = listeners.map((listener) => `${printListener(listener)} is for ${listener.hostname?.value ?? ''}`);
    const more = reasons.length > 3 ? `, and ${reasons.length - 3} more` : '';
    const whose = gateway ? printNamed('Gateway', gateway.name, gateway.namespace, route.namespace) : 'its Gateway';
    report({
      resource: route.resource,
      at: node,
      severity: model.complete ? 'warning' : lowered('warning'),
      message: `No listener of ${whose} is for ${value}, which is therefore ignored: ${reasons.slice(0, 3).join(', ')}${more}.`,
      related: gateway ? [{ resource: gateway.resource, message: `Gateway ${gateway.name}` }] : [],
    });
  }
}
