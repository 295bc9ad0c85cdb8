import { entryOf, itemsAt, nodeAt, stringAt, type MapEntry } from '../manifest/node';
import { isAddress, parseCidr, withoutLeadingZeros } from '../model/cidr';
import { isPlaceholder } from '../model/label';
import { servicesOf } from '../model/network-model';
import { looksLikePatch } from '../model/patch';
import type { Service } from '../model/service';
import { entryRange, removeLines } from './edits';
import { partFixes } from './host-edits';
import { addressPlace, changeAddress, type WrittenAddress } from './range-edits';
import { defineRule, type FixData, type Place, type Report } from './rule';

export const serviceSourceRangeInvalid = defineRule({
  id: 'service-source-range-invalid',
  title: 'Source ranges of a load balancer that are no CIDR, or of a Service that has none',
  severity: 'error',
  variants: ['warning: bits beyond the prefix, which widen the range'],
  check(model, report) {
    for (const service of servicesOf(model)) {
      const places = rangePlaces(service);
      if (places.length === 0 || looksLikePatch(service.resource)) continue;
      for (const { entry, field } of places) {
        if (service.type !== 'LoadBalancer') reportType(service, entry, field, report);
        for (const range of rangesIn(entry)) checkRange(service, range, report);
      }
    }
  },
  fixes(data, textOf) {
    const { removal } = data as RangeData;
    const removed = removal && removeLines(textOf(removal.file), removal.file, removal);
    return [...partFixes(data, textOf), ...(removed ? [{ title: `Remove ${removal.field}`, edits: [removed] }] : [])];
  },
});

interface RangeData extends FixData {
  readonly removal?: Place & { readonly file: string; readonly field: string };
}

/** The form from before the field: a list with commas in an annotation, which counts where the field is not set. */
const annotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';

function rangePlaces({ resource: { root } }: Service): readonly { readonly entry: MapEntry; readonly field: string }[] {
  const field = 'loadBalancerSourceRanges';
  const entry = entryOf(nodeAt(root, 'spec'), field);
  if (entry && itemsAt(entry.value).length > 0) return [{ entry, field }];
  const older = entryOf(nodeAt(root, 'metadata', 'annotations'), annotation);
  return older && stringAt(older.value)?.value.trim() ? [{ entry: older, field: 'load-balancer-source-ranges' }] : [];
}

/** Space around a range is allowed for the annotation's sake (API server, ValidateService). */
function rangesIn({ value: node }: MapEntry): readonly WrittenAddress[] {
  if (node.type === 'scalar') {
    const value = String(node.value);
    return [...value.matchAll(/[^,\s][^,]*[^,\s]|[^,\s]/g)].map((match) => {
      const part = { value, start: match.index, end: match.index + match[0].length };
      return { text: match[0], node, ...(match[0] === value ? {} : { part }) };
    });
  }
  return itemsAt(node).flatMap((_, index) => {
    const item = stringAt(node, index);
    return item ? [{ text: item.value.trim(), node: item.node }] : [];
  });
}

/** The API server refuses ranges of any other type (ValidateService). */
function reportType({ resource, name, type }: Service, entry: MapEntry, field: string, report: Report): void {
  const at = entryRange(entry);
  const key: Place = { ...at, start: entry.keyStart, end: entry.keyEnd };
  report({
    resource,
    at: key,
    message: `Service ${name} is of type ${type}, and ${field} can only stand in one of type LoadBalancer: the API server refuses it. Remove it, or change the type.`,
    data: entry.value.shared ? {} : { removal: { ...at, file: at.file ?? resource.file, field } },
  });
}

function checkRange({ resource }: Service, range: WrittenAddress, report: Report): void {
  const { text } = range;
  if (isPlaceholder(text)) return;
  const cidr = parseCidr(withoutLeadingZeros(text));
  if (cidr && !cidr.hostBits) return;
  const single = !cidr && isAddress(text) ? `${text}/${text.includes(':') ? 128 : 32}` : undefined;
  // Which of all and one a `0.0.0.0` stands for, its author has to say.
  const isAny = text === '0.0.0.0' || text === '::';
  report({
    resource,
    at: addressPlace(range),
    ...(cidr ? { severity: 'warning' as const } : {}),
    message: cidr
      ? `${text} has bits beyond its prefix: it covers ${cidr.canonical}. Write that, or a longer prefix if less is meant.`
      : `"${text}" is not a CIDR. ${advice(text, single, isAny)}`,
    ...changeAddress(resource, range, isAny ? undefined : (cidr?.canonical ?? single)),
  });
}

function advice(text: string, single: string | undefined, isAny: boolean): string {
  if (isAny) return `For everyone write ${text}/0.`;
  if (single !== undefined) return `For this one address write ${single}.`;
  return 'Write an address and a prefix length, e.g. 203.0.113.0/24.';
}
