import { nodeAt, stringAt } from '../manifest/node';
import type { NetworkModel } from '../model/network-model';
import { referenceGrantsOf } from '../model/network-model';
import { admitsReference, type CrossReference, type ReferenceGrant } from '../model/reference-grant';
import { replaceScalar } from './edits';
import { isNear } from './near';
import type { FixDraft, Place } from './rule';

/** A ReferenceGrant that misses a reference by one slip. */
export interface NearGrant {
  readonly grant: ReferenceGrant;
  readonly at: Place;
  /** A sentence that says what is wrong with it. */
  readonly text: string;
  readonly fixes: readonly FixDraft[];
}

/**
 * The grant that was very likely meant to admit a reference: one field of it is a slip, or it is in the namespace of who refers rather
 * than in that of what is referred to, which is the one that has to agree (API reference, ReferenceGrant).
 */
export function nearGrant(model: NetworkModel, reference: CrossReference): NearGrant | undefined {
  for (const grant of referenceGrantsOf(model, reference.to.namespace)) {
    const found = slipIn(grant, reference);
    if (found) return found;
  }
  const { from, to } = reference;
  const misplaced = referenceGrantsOf(model, from.namespace).find((grant) =>
    admitsReference({ ...grant, namespace: to.namespace }, reference),
  );
  return misplaced && wrongPlace(misplaced, to.namespace);
}

/** One of a grant's fields that a reference asks something else of. */
interface Miss {
  readonly side: 'from' | 'to';
  readonly item: ReferenceGrant['from'][number] | ReferenceGrant['to'][number];
  readonly field: 'group' | 'kind' | 'namespace' | 'name';
  readonly written: string;
  readonly wanted: string;
}

function slipIn(grant: ReferenceGrant, reference: CrossReference): NearGrant | undefined {
  // Every `from` goes with every `to`, so the best of each decides.
  const from = fewest(grant.from.map((item) => missesOfFrom(item, reference)));
  const to = fewest(grant.to.map((item) => missesOfTo(item, reference)));
  const misses = from && to ? [...from, ...to] : [];
  const [miss] = misses;
  if (!miss || misses.length > 1 || !isSlip(miss)) return undefined;
  const node = nodeAt(miss.item.node, miss.field);
  const edit = replaceScalar(grant.resource, node, miss.wanted);
  const written = miss.written === '' ? 'empty' : `"${miss.written}"`;
  return {
    grant,
    at: node ?? miss.item.node,
    text: `ReferenceGrant ${grant.name} is there, but the ${miss.field} in its \`${miss.side}\` is ${written} and has to be ${miss.wanted === '' ? 'empty' : `"${miss.wanted}"`}.`,
    fixes: edit
      ? [{ title: `Change "${miss.written}" to "${miss.wanted}" in ReferenceGrant ${grant.name}`, edits: [edit] }]
      : [],
  };
}

function fewest(items: readonly (readonly Miss[])[]): readonly Miss[] | undefined {
  return items.toSorted((a, b) => a.length - b.length)[0];
}

function missesOfFrom(item: ReferenceGrant['from'][number], { from }: CrossReference): readonly Miss[] {
  const base = { side: 'from', item } as const;
  return [
    { ...base, field: 'group', written: item.group, wanted: from.group } as const,
    { ...base, field: 'kind', written: item.kind, wanted: from.kind } as const,
    { ...base, field: 'namespace', written: item.namespace, wanted: from.namespace } as const,
  ].filter(({ written, wanted }) => written !== wanted);
}

function missesOfTo(item: ReferenceGrant['to'][number], { to }: CrossReference): readonly Miss[] {
  const base = { side: 'to', item } as const;
  return [
    { ...base, field: 'group', written: item.group, wanted: to.group } as const,
    { ...base, field: 'kind', written: item.kind, wanted: to.kind } as const,
    { ...base, field: 'name', written: item.name ?? to.name, wanted: to.name } as const,
  ].filter(({ written, wanted }) => written !== wanted);
}

/** The kind alone says which group is meant; other names may well be meant for others. */
function isSlip({ field, written, wanted }: Miss): boolean {
  return field === 'group' || isNear(written, wanted);
}

function wrongPlace(grant: ReferenceGrant, namespace: string): NearGrant {
  const written = stringAt(grant.resource.root, 'metadata', 'namespace');
  const edit = written && replaceScalar(grant.resource, written.node, namespace);
  return {
    grant,
    at: written?.node ?? grant.resource.nameNode,
    text: `ReferenceGrant ${grant.name} is in namespace ${grant.namespace}: a grant belongs to the namespace of what is referred to.`,
    fixes: edit ? [{ title: `Move ReferenceGrant ${grant.name} to namespace ${namespace}`, edits: [edit] }] : [],
  };
}
