import { policiesOf } from '../model/network-model';
import type { Direction, NetworkPolicy } from '../model/policy';
import { addedConnections, type AddedConnections } from '../reach/added-connections';
import { printConnections } from '../reach/connection-set';
import { everything } from '../reach/connection-table';
import { mergeAlike, printAddressRange } from '../reach/ip-space';
import { policyOf, redundancyOf, type Redundant } from '../reach/redundancy';
import { reachOf, type Reach } from '../reach/reach';
import type { Resource } from '../manifest/resource';
import type { FeatureContext } from './feature-context';
import { bulletList, inlineList } from './markdown';
import { mentionPolicy, mentionWorkload } from './mention';

/**
 * What a rule of a policy is good for beside the others that govern the same pods: nothing, or which pods on which ports. Nothing is said
 * of a rule that no other one has anything in common with.
 * @param index among the policy's rules of the direction
 */
export function addedBlocks(
  context: FeatureContext,
  policy: NetworkPolicy,
  direction: Direction,
  index: number,
): readonly string[] {
  const redundant = redundantRule(context, policy.resource, direction, index);
  if (redundant) return [`It changes nothing: ${whoElse(context, policy, redundant)} already.`];
  const reach = reachOf(context.model);
  const found = addedConnections(reach, policy.resource, direction, index);
  if (!found) return [];
  const others = mentionAll(
    context,
    policy,
    found.sharedWith.map(({ form }) => form.resource),
  );
  if (found.added.length === 0)
    return [`To the pods here it adds nothing beside ${others}; it may to pods that no manifest declares.`];
  const lines = found.added.map((part) => describeAdded(context, policy, direction, reach, found, part));
  return [`Some of it is allowed by ${others} as well. This rule adds\n\n${bulletList(lines, 4)}`];
}

function redundantRule(
  { model }: FeatureContext,
  resource: Resource,
  direction: Direction,
  index: number,
): Redundant | undefined {
  return redundancyOf(model)
    .flat()
    .find(({ part }) => {
      if (policyOf(part).form.resource !== resource) return false;
      return (
        part.type === 'policy' || (part.type === 'rule' && part.form.direction === direction && part.index === index)
      );
    });
}

function whoElse(context: FeatureContext, policy: NetworkPolicy, { by, part }: Redundant): string {
  const names = mentionAll(
    context,
    policy,
    by.map(({ rule }) => rule.policy.form.resource),
  );
  return part.type === 'policy' ? `all that this policy allows is allowed by ${names}` : `it is allowed by ${names}`;
}

/** Other policies by name; the policy itself by its other rules. */
function mentionAll(context: FeatureContext, own: NetworkPolicy, resources: readonly Resource[]): string {
  const wanted = new Set(resources);
  const others = policiesOf(context.model).filter(({ resource }) => wanted.has(resource) && resource !== own.resource);
  const names = others.map((policy) => mentionPolicy(context, policy));
  return inlineList(wanted.has(own.resource) ? ['another rule of this policy', ...names] : names, 3);
}

function describeAdded(
  context: FeatureContext,
  policy: NetworkPolicy,
  direction: Direction,
  reach: Reach,
  found: AddedConnections,
  { subjects, peers, ports }: AddedConnections['added'][number],
): string {
  const isIngress = direction === 'Ingress';
  const whose =
    subjects.length === found.subjects.length
      ? ''
      : ` ${isIngress ? 'to' : 'from'} ${namePeers(context, policy, reach, subjects)}`;
  const what = ports === everything ? 'every port' : printConnections(reach.connections.setOf(ports));
  return `${isIngress ? 'from' : 'to'} ${namePeers(context, policy, reach, peers)} on ${what}${whose}`;
}

/** Pods by name, addresses in as few ranges as there are. */
function namePeers(
  context: FeatureContext,
  policy: NetworkPolicy,
  { peers }: Reach,
  numbers: readonly number[],
): string {
  const pods = numbers
    .flatMap((number) => peers.classes[number]?.workloads ?? [])
    .map((workload) => mentionWorkload(context, workload, policy.namespace));
  const ranges = numbers.flatMap((number) => peers.ranges[number - peers.firstRange] ?? []);
  const merged = mergeAlike(
    ranges.filter(({ family }) => family === 4 || peers.speaksOfIpv6),
    () => true,
  );
  const outside = merged.map(({ range }) => printAddressRange(range));
  const names = inlineList([...pods, ...outside], 5);
  return names === '' ? 'the ingress controller' : names;
}
