import type { NetworkModel } from '../model/network-model';
import type { PolicyPeer } from '../model/policy';
import { startOf } from '../reach/policy-reading';
import { cidrSiblings, type ContainedBlock, type UndoneException } from './cidr-siblings';
import { itemPlace, removeFromFlow, type ItemPlace } from './list-edits';
import { itemPlace as blockItemPlace, removeItem, type ItemPlace as BlockItemPlace } from './remove-item';
import { defineRule, type FixData, type FixDraft, type Report, type TextOf } from './rule';
import { ofTemplate, severityOf } from './template-values';

export const policyCidrOverlap = defineRule({
  id: 'policy-cidr-overlap',
  title: 'A CIDR within another of the same rule, or an except that a sibling undoes',
  severity: 'warning',
  variants: ['information: a CIDR too many in a chart, which other values may make necessary'],
  check(model, report) {
    const { contained, undone } = cidrSiblings(model);
    for (const block of contained.values()) reportContained(block, model, report);
    for (const exception of undone) reportUndone(exception, report);
  },
  fixes: removeInner,
});

function reportContained({ policy, rule, inner, outer }: ContainedBlock, model: NetworkModel, report: Report): void {
  const { resource } = policy;
  const [own, other] = [cidrOf(inner), cidrOf(outer)];
  const list = rule.direction === 'Ingress' ? 'from' : 'to';
  const block = blockItemPlace(resource, rule.node, list, rule.peers.indexOf(inner));
  const flow = itemPlace(resource, inner.node);
  report({
    resource,
    at: placeOf(inner),
    severity: severityOf(model, resource),
    message: `${
      own === other
        ? `${own} stands in this rule twice.`
        : `${own} lies within ${other}, which this rule has as well: it adds nothing.`
    }${ofTemplate(model, resource)}`,
    related: [{ resource, at: placeOf(outer), message: `${other}${exceptOf(outer)}` }],
    tags: ['unnecessary'],
    ...(flow ? { data: { cidr: own, flow, ...(block ? { block } : {}) } } : {}),
  });
}

function reportUndone({ policy, except, by, sameRule, whole }: UndoneException, report: Report): void {
  const { resource } = policy;
  const { rule, peer } = by;
  const other = rule.direction === 'Ingress' ? 'ingress rule' : 'egress rule';
  const text = except.value;
  const through = peer
    ? `${cidrOf(peer)}${exceptOf(peer)} ${sameRule ? 'of the same rule' : `of another ${other}`}`
    : `another ${other}, which is for everyone,`;
  const advice =
    peer && !sameRule
      ? 'Rules add up: except it there as well, or drop one of the two.'
      : peer
        ? 'Peers add up: put all exceptions below one cidr, or except it there as well.'
        : 'Rules add up: narrow that rule, or drop this one.';
  report({
    resource,
    at: except.node,
    message: whole
      ? `except ${text} keeps nothing out: ${through} admits all of it. ${advice}`
      : `except ${text} keeps out a part alone: ${through} admits the rest. ${advice}`,
    related: [
      {
        resource,
        at: peer ? placeOf(peer) : startOf(rule.node),
        message: `What admits ${whole ? '' : 'a part of '}${text}`,
      },
    ],
  });
}

function cidrOf({ ipBlock }: PolicyPeer): string {
  return ipBlock?.cidr?.value ?? 'another block';
}

function exceptOf({ ipBlock }: PolicyPeer): string {
  const texts = (ipBlock?.except ?? []).map(({ value }) => value);
  if (texts.length === 0) return '';
  return ` except ${texts.length > 2 ? `${texts.slice(0, 2).join(', ')} and ${texts.length - 2} more` : texts.join(' and ')}`;
}

function placeOf({ ipBlock, node }: PolicyPeer) {
  return ipBlock?.cidr?.node ?? node;
}

function removeInner(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const { cidr, flow, block } = data as {
    readonly cidr: string;
    readonly flow: ItemPlace;
    readonly block?: BlockItemPlace;
  };
  const text = textOf(flow.file);
  const edit = removeFromFlow(text, flow);
  const edits = (block && removeItem(text, block)) ?? (edit && [edit]);
  return edits ? [{ title: `Remove ${cidr}`, edits }] : [];
}
