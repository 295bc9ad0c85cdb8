import type { Sourced } from '../manifest/node';
import { containsCidr, parseCidr, type Cidr } from '../model/cidr';
import { derived, renewed, type NetworkModel } from '../model/network-model';
import type { NetworkPolicy, PolicyPeer, PolicyRule } from '../model/policy';
import type { PolicyForm, PortForm, RuleForm } from '../reach/policy-form';
import { wholePolicies } from './whole-policies';

/** An `ipBlock` of a rule, read. */
interface Block {
  readonly rule: PolicyRule;
  readonly form: RuleForm;
  readonly peer: PolicyPeer;
  readonly cidr: Cidr;
  readonly except: readonly { readonly cidr: Cidr; readonly written: Sourced<string> }[];
}

/** A block that adds nothing: another one of the same rule has all of its addresses. */
export interface ContainedBlock {
  readonly policy: NetworkPolicy;
  readonly rule: PolicyRule;
  readonly inner: PolicyPeer;
  readonly outer: PolicyPeer;
}

/** An exception that does not keep its addresses out, since something else in the policy admits them on the same ports. */
export interface UndoneException {
  readonly policy: NetworkPolicy;
  readonly block: PolicyPeer;
  readonly except: Sourced<string>;
  /** What admits them: another block, or a whole rule that is for everyone. */
  readonly by: { readonly rule: PolicyRule; readonly peer: PolicyPeer | undefined };
  readonly sameRule: boolean;
  /** Whether all of the excepted addresses are admitted, or a part. */
  readonly whole: boolean;
}

export interface CidrSiblings {
  readonly contained: ReadonlyMap<PolicyPeer, ContainedBlock>;
  readonly undone: readonly UndoneException[];
}

/** What the blocks of each policy say twice, or against each other. Worked out once for each policy, while its file stays as it is. */
export function cidrSiblings(model: NetworkModel): CidrSiblings {
  return derived(model, 'cidr-siblings', () => {
    const all = siblingsByPolicy(model);
    return {
      contained: new Map(all.flatMap(({ contained }) => contained.map((block) => [block.inner, block]))),
      undone: all.flatMap(({ undone }) => undone),
    };
  });
}

interface PolicySiblings {
  readonly contained: readonly ContainedBlock[];
  readonly undone: readonly UndoneException[];
}

/** Of policies that say something twice or against each other. */
function siblingsByPolicy(model: NetworkModel): readonly PolicySiblings[] {
  const known = renewed<ReadonlyMap<NetworkPolicy, PolicySiblings>>(model, 'cidr-siblings-by-policy', (before) => {
    const read = rememberingCidrs();
    return new Map(
      wholePolicies(model).map(({ policy, form }) => [policy, before?.get(policy) ?? siblingsIn(policy, form, read)]),
    );
  });
  return [...known.values()].filter((siblings) => siblings !== noSiblings);
}

const noSiblings: PolicySiblings = { contained: [], undone: [] };

function siblingsIn(policy: NetworkPolicy, form: PolicyForm, read: typeof parseCidr): PolicySiblings {
  const blocks = policy.rules.flatMap((rule, index) => blocksOf(rule, form.rules[index], read));
  if (blocks.length === 0) return noSiblings;
  const contained: ContainedBlock[] = [];
  const undone: UndoneException[] = [];
  const open = policy.rules.flatMap((rule, index) => {
    const ruleForm = form.rules[index];
    return ruleForm?.peers === 'everyone' ? [{ rule, form: ruleForm }] : [];
  });
  for (const direction of ['Ingress', 'Egress'] as const) {
    const ofDirection = blocks.filter(({ rule }) => rule.direction === direction);
    const index = indexOf(ofDirection);
    for (const block of ofDirection) {
      const found = block.except.flatMap((except) => undoneBy(block, except, index, open, policy));
      undone.push(...found);
      const outer = found.length === 0 ? outerOf(block, index) : undefined;
      if (outer) contained.push({ policy, rule: block.rule, inner: block.peer, outer: outer.peer });
    }
  }
  return contained.length + undone.length === 0 ? noSiblings : { contained, undone };
}

/** The same few blocks stand in most policies of a workspace. */
function rememberingCidrs(): typeof parseCidr {
  const known = new Map<string, Cidr | undefined>();
  return (text) => {
    if (!known.has(text)) known.set(text, parseCidr(text));
    return known.get(text);
  };
}

function blocksOf(rule: PolicyRule, form: RuleForm | undefined, read: typeof parseCidr): readonly Block[] {
  if (!form) return [];
  return rule.peers.flatMap((peer) => {
    const cidr = peer.ipBlock?.cidr && read(peer.ipBlock.cidr.value);
    if (!peer.ipBlock || !cidr) return [];
    const except = peer.ipBlock.except.flatMap((written) => {
      const part = read(written.value);
      // One that is not within its block says nothing, and is told elsewhere.
      return part && containsCidr(cidr, part) ? [{ cidr: part, written }] : [];
    });
    return [{ rule, form, peer, cidr, except }];
  });
}

/** Blocks by family, size and first address: blocks around a given one are found by one look for each size there is. */
interface BlockIndex {
  readonly sizes: readonly bigint[];
  readonly blocks: ReadonlyMap<string, readonly Block[]>;
}

function indexOf(all: readonly Block[]): BlockIndex {
  const blocks = new Map<string, Block[]>();
  const sizes = new Set<bigint>();
  for (const block of all) {
    sizes.add(sizeOf(block.cidr));
    const key = keyOf(block.cidr.family, sizeOf(block.cidr), block.cidr.first);
    const found = blocks.get(key);
    if (found) found.push(block);
    else blocks.set(key, [block]);
  }
  return { sizes: [...sizes].sort((a, b) => (a > b ? -1 : a < b ? 1 : 0)), blocks };
}

function sizeOf({ first, last }: Cidr): bigint {
  return last - first + 1n;
}

function keyOf(family: 4 | 6, size: bigint, first: bigint): string {
  return `${family} ${size} ${first}`;
}

/** So that a text of a thousand equal blocks costs no million comparisons: nobody writes one twenty times. */
const most = 20;

/** The blocks that have all addresses of a CIDR within their own, the widest first. */
function around({ sizes, blocks }: BlockIndex, cidr: Cidr): readonly Block[] {
  const own = sizeOf(cidr);
  return sizes
    .filter((size) => size >= own)
    .flatMap((size) => (blocks.get(keyOf(cidr.family, size, (cidr.first / size) * size)) ?? []).slice(0, most));
}

/** A block of the same rule that has all of a block's addresses. Of equal ones the first stays. */
function outerOf(block: Block, index: BlockIndex): Block | undefined {
  return around(index, block.cidr).find(
    (other) =>
      other !== block &&
      other.rule === block.rule &&
      other.except.every(({ cidr }) => !meets(cidr, block.cidr) || isExcepted(cidr, block)) &&
      (sizeOf(other.cidr) > sizeOf(block.cidr) || isBefore(other, block)),
  );
}

function isExcepted(cidr: Cidr, { except }: Block): boolean {
  return except.some((own) => containsCidr(own.cidr, cidr));
}

function isBefore(a: Block, b: Block): boolean {
  return a.rule.peers.indexOf(a.peer) < b.rule.peers.indexOf(b.peer);
}

/**
 * What admits the addresses of an exception after all. In the same rule, a block that has them: one within the exception is a hole made
 * on purpose. In another rule only one that has the whole block, on the same ports at least: "the outside on 443, the inside on every
 * port" takes the inside out of the first rule to speak of it in the second.
 */
function undoneBy(
  block: Block,
  { cidr, written }: Block['except'][number],
  index: BlockIndex,
  open: readonly { readonly rule: PolicyRule; readonly form: RuleForm }[],
  policy: NetworkPolicy,
): readonly UndoneException[] {
  const exception = { policy, block: block.peer, except: written };
  for (const other of around(index, cidr)) {
    const sameRule = other.rule === block.rule;
    if (other === block) continue;
    if (!sameRule && !(containsCidr(other.cidr, block.cidr) && portsCover(other.form.ports, block.form.ports)))
      continue;
    const outside = other.except.filter((except) => meets(except.cidr, cidr));
    if (outside.some((except) => containsCidr(except.cidr, cidr))) continue;
    return [{ ...exception, by: { rule: other.rule, peer: other.peer }, sameRule, whole: outside.length === 0 }];
  }
  const rule = open.find(
    (other) => other.rule.direction === block.rule.direction && portsCover(other.form.ports, block.form.ports),
  )?.rule;
  return rule ? [{ ...exception, by: { rule, peer: undefined }, sameRule: false, whole: true }] : [];
}

/** CIDRs either lie within one another or have nothing in common. */
function meets(a: Cidr, b: Cidr): boolean {
  return containsCidr(a, b) || containsCidr(b, a);
}

/** Whether each port of `inner` is one of `outer` for certain. */
function portsCover(outer: RuleForm['ports'], inner: RuleForm['ports']): boolean {
  if (outer === 'every') return true;
  if (inner === 'every') return false;
  return inner.every((port) => outer.some((candidate) => portCovers(candidate, port)));
}

function portCovers(outer: PortForm, inner: PortForm): boolean {
  if (outer.type === 'named' && inner.type === 'named')
    return outer.name === inner.name && (outer.protocol === undefined || outer.protocol === inner.protocol);
  if (outer.type !== 'range' || inner.type !== 'range') return false;
  return outer.protocol === inner.protocol && outer.first <= inner.first && inner.last <= outer.last;
}
