import { containsCidr, type Cidr } from '../model/cidr';
import type { Requirement, Selector } from '../model/label';
import type { PeerForm, PodsForm, PortForm, RuleForm } from './policy-form';

/**
 * What may be said of two policies by their texts alone, whatever pods there are. Unreadable parts may be anything.
 */

/** Whether no pod can be among both. */
export function areDisjoint(a: PodsForm, b: PodsForm): boolean {
  return excludesNamespaces(a.namespaces, b.namespaces) || excludesPods(a.pods, b.pods);
}

/** Whether every pod of `inner` is one of `outer`: each condition of `outer` stands in `inner` as well. */
export function isWithin(inner: PodsForm, outer: PodsForm): boolean {
  return (
    (sameName(inner, outer) || holdsAll(inner.namespaces, outer.namespaces)) &&
    (outer.pods === undefined || holdsAll(inner.pods, outer.pods))
  );
}

/** Whether a connection may be what both rules speak of. */
export function mayMeet(a: RuleForm, b: RuleForm): boolean {
  return a.direction === b.direction && portsMeet(a.ports, b.ports) && peersMeet(a.peers, b.peers);
}

type Namespaces = PodsForm['namespaces'];
type Pods = PodsForm['pods'];

function sameName(a: PodsForm, b: PodsForm): boolean {
  const [x, y] = [a.namespaces, b.namespaces];
  return x !== 'unreadable' && y !== 'unreadable' && 'name' in x && 'name' in y && x.name === y.name;
}

function excludesNamespaces(a: Namespaces, b: Namespaces): boolean {
  if (a === 'unreadable' || b === 'unreadable') return false;
  if ('name' in a || 'name' in b) return 'name' in a && 'name' in b && a.name !== b.name;
  return excludes(a, b);
}

function excludesPods(a: Pods, b: Pods): boolean {
  return a !== undefined && a !== 'unreadable' && b !== undefined && b !== 'unreadable' && excludes(a, b);
}

function excludes(a: Selector, b: Selector): boolean {
  return a.requirements.some((left) => b.requirements.some((right) => contradicts(left, right)));
}

/** Whether no value of one label, nor its absence, meets both. */
function contradicts(a: Requirement, b: Requirement): boolean {
  if (a.key !== b.key) return false;
  return oneWay(a, b) || oneWay(b, a);
}

function oneWay(a: Requirement, b: Requirement): boolean {
  if (a.operator === 'Exists') return b.operator === 'DoesNotExist';
  if (a.operator !== 'In') return false;
  if (b.operator === 'In') return !a.values.some((value) => b.values.includes(value));
  if (b.operator === 'NotIn') return a.values.every((value) => b.values.includes(value));
  return b.operator === 'DoesNotExist';
}

function holdsAll(inner: Namespaces | Pods, outer: Namespaces | Pods): boolean {
  if (outer === undefined || outer === 'unreadable' || 'name' in outer) return false;
  if (outer.requirements.length === 0) return inner !== 'unreadable';
  if (inner === undefined || inner === 'unreadable' || 'name' in inner) return false;
  const held = new Set(inner.requirements.map(keyOf));
  return outer.requirements.every((requirement) => held.has(keyOf(requirement)));
}

function keyOf({ key, operator, values }: Requirement): string {
  return JSON.stringify([key, operator, [...values].sort()]);
}

function portsMeet(a: RuleForm['ports'], b: RuleForm['ports']): boolean {
  return a === 'every' || b === 'every' || a.some((left) => b.some((right) => portMeets(left, right)));
}

/** A name may stand for any number. */
function portMeets(a: PortForm, b: PortForm): boolean {
  if (a.type === 'unreadable' || b.type === 'unreadable') return true;
  if (a.protocol !== undefined && b.protocol !== undefined && a.protocol !== b.protocol) return false;
  return a.type === 'named' || b.type === 'named' || (a.first <= b.last && b.first <= a.last);
}

function peersMeet(a: RuleForm['peers'], b: RuleForm['peers']): boolean {
  return a === 'everyone' || b === 'everyone' || a.some((left) => b.some((right) => peerMeets(left, right)));
}

/** The addresses of pods and nodes are unknown, so they may be among any others. */
function peerMeets(a: PeerForm, b: PeerForm): boolean {
  if (a.type === 'pods' && b.type === 'pods') return !areDisjoint(a.pods, b.pods);
  if (a.type === 'addresses' && b.type === 'addresses')
    return a.cidrs.some((left) => b.cidrs.some((right) => overlap(left, right)));
  return true;
}

function overlap(a: Cidr, b: Cidr): boolean {
  return containsCidr(a, b) || containsCidr(b, a);
}
