import { entryOf, itemsAt, keyRange, nodeAt, type MapEntry } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { NetworkModel } from '../model/network-model';
import type { Direction, NetworkPolicy } from '../model/policy';
import { duplicatesOf } from '../reach/duplicate-policies';
import { duplicatesInOtherWords } from '../reach/redundancy';
import { addEntry, entryPlace, quoted, type EntryPlace } from './edits';
import { addItem, itemPlace, type ItemPlace } from './list-edits';
import { defineRule, type FixData, type FixDraft, type Report, type TextOf } from './rule';
import { wholePolicies, type WholePolicy } from './whole-policies';

export const policyTypesIncomplete = defineRule({
  id: 'policy-types-incomplete',
  title: 'Rules for a direction that policyTypes leaves out',
  severity: 'warning',
  variants: ['information: an empty list of rules'],
  check(model, report) {
    for (const whole of wholePolicies(model)) {
      for (const direction of ['Ingress', 'Egress'] as const) checkDirection(whole, direction, model, report);
    }
  },
  fixes: addType,
});

/**
 * Rules for a direction in which a policy does not isolate have no effect (API reference, NetworkPolicySpec.policyTypes). An empty
 * list is no rule: whoever writes it most likely means that nothing be allowed.
 */
function checkDirection(
  { policy, form }: WholePolicy,
  direction: Direction,
  model: NetworkModel,
  report: Report,
): void {
  if (policy.directions.includes(direction)) return;
  const { resource, name } = policy;
  const field = direction.toLowerCase();
  const spec = nodeAt(resource.root, 'spec');
  const entry = entryOf(spec, field);
  if (entry?.value.type !== 'sequence') return;
  const types = entryOf(spec, 'policyTypes');
  const written = types?.value.type === 'sequence' && types.value.items.length > 0 ? types : undefined;
  const rules = form.rules.filter((rule) => rule.direction === direction);
  const isEmpty = rules.length === 0;
  // Of a policy that is there twice, one is to go.
  if (isEmpty && isDuplicate(model, policy)) return;
  const [other] = policy.directions;
  const reason = written
    ? `policyTypes of NetworkPolicy ${name} leaves out ${direction}`
    : `NetworkPolicy ${name} has no policyTypes, which means ${other ?? 'Ingress'} alone where ${field} is empty`;
  const all = `policyTypes: [${[...policy.directions, direction].join(', ')}]`;
  const add = written ? `Add ${direction} to policyTypes` : `Write ${all}`;
  const place = written ? placeOfType(resource, direction) : placeOfTypes(resource, entry, all);
  report({
    resource,
    at: keyRange(entry),
    severity: isEmpty ? 'information' : 'warning',
    message: isEmpty
      ? `${reason}, so ${field}: [] denies nothing. ${add} if no ${field} traffic shall be allowed, else remove it.`
      : `${reason}, so its ${field} rules have no effect: it does not restrict ${field} at all. ${add}, or remove the rules.`,
    related: written ? [{ resource, at: keyRange(written), message: 'policyTypes' }] : [],
    ...(place ? { data: { title: add, ...place } } : {}),
  });
}

function isDuplicate(model: NetworkModel, policy: NetworkPolicy): boolean {
  const alike = duplicatesOf(model).flatMap(({ first, others }) => [first, ...others]);
  const inOtherWords = duplicatesInOtherWords(model).flatMap((pair) => [pair.policy.form, pair.first.form]);
  return [...alike, ...inOtherWords].some(({ resource }) => resource === policy.resource);
}

/** What to write, and behind which item or entry. */
type TypePlace = { readonly text: string } & ({ readonly item: ItemPlace } | { readonly entry: EntryPlace });

function placeOfType(resource: Resource, direction: Direction): TypePlace | undefined {
  const last = itemsAt(resource.root, 'spec', 'policyTypes').at(-1);
  const item = itemPlace(resource, last);
  return item && last?.type === 'scalar' ? { item, text: quoted(direction, last.style) } : undefined;
}

function placeOfTypes(resource: Resource, rules: MapEntry, text: string): TypePlace | undefined {
  const entry = entryPlace(resource, rules);
  return entry && { entry, text };
}

function addType(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const place = data as unknown as TypePlace & { readonly title: string };
  const edit =
    'item' in place
      ? addItem(textOf(place.item.file), place.item, place.text)
      : addEntry(textOf(place.entry.file), place.entry, [place.text]);
  return edit ? [{ title: place.title, edits: [edit] }] : [];
}
