import { entryOf, itemsAt, nodeAt, stringAt, type Sourced } from '../manifest/node';
import { addressOf, containsCidr, parseCidr, withoutLeadingZeros, type Cidr } from '../model/cidr';
import { clusterFacts, isOfKind, printSource } from '../model/cluster';
import { isPlaceholder } from '../model/label';
import { byPlace, overwrittenResources, servicesOf, type NetworkModel } from '../model/network-model';
import { looksLikePatch } from '../model/patch';
import { printServicePort, type Service } from '../model/service';
import type { Settings } from '../settings';
import { partFixes } from './host-edits';
import { addressPlace, changeAddress, type WrittenAddress } from './range-edits';
import { defineRule, lowered, type Report } from './rule';
import { severityTogether } from './same-cluster';

export const serviceAddressConflict = defineRule({
  id: 'service-address-conflict',
  title: 'An address of a Service that is taken, or cannot be',
  severity: 'error',
  variants: [
    "warning: the other Service is in another directory, which may be for another cluster; only kind's configuration tells the Service CIDR",
    'information: the other Service has the same name in another namespace and file',
  ],
  check(model, report, settings) {
    const wanted = wantedAddresses(model);
    if (wanted.length === 0) return;
    const holders = new Map<string, WantedAddress>();
    const isInside = insideCheck(model, settings, report);
    for (const address of wanted) {
      const cidr = addressOf(withoutLeadingZeros(address.text));
      if (!cidr) reportNoAddress(address, report);
      else if (reportTaken(address, cidr, holders, model, report)) continue;
      else if (address.kind === 'clusterIP') isInside(address, cidr);
    }
  },
  fixes: partFixes,
});

/** An address that a Service asks for. */
interface WantedAddress extends WrittenAddress {
  readonly service: Service;
  readonly kind: 'clusterIP' | 'loadBalancerIP' | 'externalIP';
  /** As a message calls it: the field, or the annotation. */
  readonly field: string;
}

/** Of all Services, in the order the scope applies them: of two the later one is refused. */
function wantedAddresses(model: NetworkModel): readonly WantedAddress[] {
  const asking = servicesOf(model).flatMap((service) => {
    const addresses = service.type === 'ExternalName' ? [] : addressesOf(service);
    return addresses.length > 0 && !looksLikePatch(service.resource) ? [{ service, addresses }] : [];
  });
  const overwritten = overwrittenResources(model);
  const order = byPlace(model);
  return asking
    .filter(({ service }) => !overwritten.has(service.resource))
    .sort((a, b) => order(a.service.resource, b.service.resource))
    .flatMap(({ addresses }) => addresses);
}

function addressesOf(service: Service): readonly WantedAddress[] {
  const { root } = service.resource;
  const spec = nodeAt(root, 'spec');
  const balanced = service.type === 'LoadBalancer';
  if (!balanced && !['clusterIP', 'clusterIPs', 'externalIPs'].some((field) => entryOf(spec, field))) return [];
  const lists = (field: string): readonly Sourced<string>[] =>
    itemsAt(spec, field).flatMap((_, index) => stringAt(spec, field, index) ?? []);
  const clusterIp = stringAt(spec, 'clusterIP');
  const found = [
    ...(clusterIp ? [wanted(service, 'clusterIP', 'clusterIP', clusterIp)] : []),
    // The first of these is `clusterIP` again (API reference, ServiceSpec).
    ...lists('clusterIPs')
      .filter(({ value }) => value !== clusterIp?.value)
      .map((text) => wanted(service, 'clusterIP', 'clusterIPs', text)),
    ...(balanced ? balancedAddresses(service) : []),
    ...lists('externalIPs').map((text) => wanted(service, 'externalIP', 'externalIPs', text)),
  ];
  return found.filter(({ text }) => text !== '' && text !== 'None' && !isPlaceholder(text));
}

function wanted(
  service: Service,
  kind: WantedAddress['kind'],
  field: string,
  { value, node }: Sourced<string>,
): WantedAddress {
  return { service, kind, field, text: value, node };
}

function balancedAddresses(service: Service): readonly WantedAddress[] {
  const { root } = service.resource;
  const field = stringAt(root, 'spec', 'loadBalancerIP');
  return [
    ...(field ? [wanted(service, 'loadBalancerIP', 'loadBalancerIP', field)] : []),
    ...addressAnnotations.flatMap((name) => {
      const text = stringAt(root, 'metadata', 'annotations', name);
      return [...(text?.value.matchAll(/[^\s,]+/g) ?? [])].flatMap((match): readonly WantedAddress[] => {
        if (!text) return [];
        const part = { value: text.value, start: match.index, end: match.index + match[0].length };
        return [{ ...wanted(service, 'loadBalancerIP', name, text), text: match[0], part }];
      });
    }),
  ];
}

/** What load balancers of clusters read in place of the deprecated `loadBalancerIP`. */
const addressAnnotations = [
  'metallb.io/loadBalancerIPs',
  'metallb.universe.tf/loadBalancerIPs',
  'kube-vip.io/loadbalancerIPs',
  'lbipam.cilium.io/ips',
  'io.cilium/lb-ipam-ips',
] as const;

/** Fields take addresses alone. In an annotation another text may be the name of one, or of a pool. */
function reportNoAddress(address: WantedAddress, report: Report): void {
  const { service, kind, field, text } = address;
  const { resource } = service;
  if (kind === 'clusterIP' && text.toLowerCase() === 'none') {
    report({
      resource,
      at: addressPlace(address),
      message: `${field} "${text}" is not an address. For a Service without one write None, with a capital letter.`,
      ...changeAddress(resource, address, 'None'),
    });
    return;
  }
  if (isForLater(text) || (addressAnnotations.some((name) => name === field) && !looksLikeAddress(text))) return;
  report({
    resource,
    at: addressPlace(address),
    message: `${field} "${text}" is not an address. ${parseCidr(text) ? 'Write it without the prefix length.' : 'An address has four numbers from 0 to 255 with dots between, or is one of IPv6.'}`,
  });
}

/** What people write where a person is to write an address: `YOUR_STATIC_IP`, `CHANGE-ME`, `x.x.x.x`. */
function isForLater(text: string): boolean {
  return /^[A-Z][A-Z0-9_-]*$|(^|\.)[xX]+(\.|$)/.test(text) || /your|change.?me|replace|todo|fixme/i.test(text);
}

function looksLikeAddress(text: string): boolean {
  return /^[\d.]+(\/\d*)?$/.test(text) || /^[\da-f:.]*:[\da-f:.]*(\/\d*)?$/i.test(text);
}

/**
 * A clusterIP is one Service's alone. Others can be shared as long as no port is the same, as load balancers allow it on request, and
 * as several addresses that lead to the nodes do.
 * @returns whether the address is taken
 */
function reportTaken(
  address: WantedAddress,
  { canonical }: Cidr,
  holders: Map<string, WantedAddress>,
  model: NetworkModel,
  report: Report,
): boolean {
  const { service, field, text, kind } = address;
  const { resource } = service;
  const keys =
    kind === 'clusterIP'
      ? [{ key: canonical, port: '' }]
      : service.ports.map((port) => ({
          key: `${canonical} ${port.port.value}/${port.protocol}`,
          port: printServicePort(port),
        }));
  const shared = keys.flatMap(({ key, port }) => {
    const other = holders.get(key);
    if (!other) holders.set(key, address);
    return other && !isSame(other.service, service) ? [{ other, port }] : [];
  });
  const [first] = shared;
  if (!first) return false;
  const { other } = first;
  const where = other.service.namespace === service.namespace ? '' : ` in namespace ${other.service.namespace}`;
  const ports = shared.flatMap(({ other: holder, port }) => (holder.service === other.service && port ? [port] : []));
  const severity = severityTogether(model, other.service.resource, resource, 'error');
  const consequence =
    kind === 'clusterIP'
      ? 'Such an address belongs to one Service alone: leave it to the API server, or choose another one.'
      : 'Choose another address or port.';
  report({
    resource,
    at: addressPlace(address),
    severity,
    message: `${field} ${text} is taken by Service ${other.service.name}${where}${ports.length > 0 ? ` for ${ports.join(', ')}` : ''}. ${consequence}${severity === 'error' ? '' : ' Both can be so only in two clusters.'}`,
    related: [
      {
        resource: other.service.resource,
        at: addressPlace(other),
        message: `${other.field} ${other.text} of Service ${other.service.name}`,
      },
    ],
  });
  return true;
}

/** Two files may hold one Service. */
function isSame(a: Service, b: Service): boolean {
  return a === b || (a.name !== '' && a.name === b.name && a.namespace === b.namespace);
}

/** Whether an address is one that the API server has to give, as far as somebody tells all of those. */
function insideCheck(
  model: NetworkModel,
  settings: Settings,
  report: Report,
): (address: WantedAddress, cidr: Cidr) => void {
  const { cidrs, allServiceCidrs } = clusterFacts(model, settings);
  const services = cidrs.filter(({ use }) => use === 'service');
  if (!allServiceCidrs) return () => undefined;
  return ({ service: { resource }, field, text, node }, cidr) => {
    const family = services.filter((known) => known.cidr.family === cidr.family);
    const [first] = family;
    if (!first || family.some((known) => containsCidr(known.cidr, cidr))) return;
    const { source } = first;
    report({
      resource,
      at: node,
      severity: isOfKind(first) ? lowered('error') : 'error',
      message: `${field} ${text} is not within the Service CIDR ${family.map((known) => known.text).join(', ')} (${printSource(first)}): the API server gives no address outside of it.`,
      ...(source
        ? {
            related: [
              {
                resource: source.resource,
                at: addressPlace(source.range),
                message: `Service CIDR ${first.text}`,
              },
            ],
          }
        : {}),
    });
  };
}
