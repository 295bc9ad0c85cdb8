import type { Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { containsCidr, coverAll, isAddress, parseCidr, type Cidr } from '../model/cidr';
import { isPlaceholder } from '../model/label';
import { policiesOf } from '../model/network-model';
import type { IpBlock } from '../model/policy';
import { replaceScalar } from './edits';
import { defineRule, type FixDraft, type Report } from './rule';

export const policyCidrInvalid = defineRule({
  id: 'policy-cidr-invalid',
  title: 'An ipBlock whose addresses are no CIDR, or whose exceptions do not fit',
  severity: 'error',
  check(model, report) {
    const read = rememberingCidrs();
    for (const policy of policiesOf(model)) {
      for (const rule of policy.rules) {
        for (const { ipBlock } of rule.peers) if (ipBlock) checkBlock(policy.resource, ipBlock, read, report);
      }
    }
  },
  fixes: (data) => (data['fixes'] as readonly FixDraft[] | undefined) ?? [],
});

type ReadCidr = typeof parseCidr;

/** The same few blocks stand in most policies of a workspace. */
function rememberingCidrs(): ReadCidr {
  const known = new Map<string, Cidr | undefined>();
  return (text) => {
    if (!known.has(text)) known.set(text, parseCidr(text));
    return known.get(text);
  };
}

function checkBlock(resource: Resource, block: IpBlock, read: ReadCidr, report: Report): void {
  if (!block.cidr) {
    report({ resource, at: block.node, message: 'This ipBlock has no cidr. Write one, e.g. cidr: 10.0.0.0/8.' });
    return;
  }
  const whole = readCidr(resource, block.cidr, read, report);
  const parts = block.except.flatMap((except) => {
    const part = readCidr(resource, except, read, report);
    return part && (!whole || fits(resource, whole, except, part, report)) ? [part] : [];
  });
  if (whole && parts.length > 1 && coverAll(whole, parts)) {
    report({
      resource,
      at: block.cidr.node,
      message: `The exceptions together cover all of ${whole.canonical}: nothing is left of this block.`,
    });
  }
}

/** Reports a text that is no canonical CIDR, and gives what could be read of it. */
function readCidr(
  resource: Resource,
  { value, node }: Sourced<string>,
  read: ReadCidr,
  report: Report,
): Cidr | undefined {
  if (isPlaceholder(value)) return undefined;
  const cidr = read(value);
  if (!cidr) {
    const single = isAddress(value) ? `${value}/${value.includes(':') ? 128 : 32}` : undefined;
    const advice = single ? `For this one address write ${single}.` : adviceOn(value);
    report({
      resource,
      at: node,
      message: `"${value}" is not a CIDR. ${advice}`,
      data: { fixes: single ? fixes(resource, node, single) : [] },
    });
    return undefined;
  }
  if (cidr.hostBits) {
    report({
      resource,
      at: node,
      message: `${value} has bits beyond its prefix: it covers ${cidr.canonical}. Write that, or a longer prefix if less is meant.`,
      data: { fixes: fixes(resource, node, cidr.canonical) },
    });
  }
  return cidr;
}

function adviceOn(value: string): string {
  const address = value.slice(0, value.lastIndexOf('/'));
  if (!/\/\d+$/.test(value) || !isAddress(address) || address.includes('%'))
    return 'Write an address and a prefix length, e.g. 10.0.0.0/8.';
  return `The prefix length is at most ${address.includes(':') ? 128 : 32}.`;
}

/** `except` must be a strict part of `cidr` (API reference, IPBlock). */
function fits(resource: Resource, whole: Cidr, except: Sourced<string>, part: Cidr, report: Report): boolean {
  if (!containsCidr(whole, part)) {
    report({
      resource,
      at: except.node,
      message: `${except.value} is not within ${whole.canonical}: an exception must be a part of the cidr it is taken from.`,
    });
    return false;
  }
  if (part.first !== whole.first || part.last !== whole.last) return true;
  report({
    resource,
    at: except.node,
    message: `${except.value} covers all of ${whole.canonical}: nothing is left of this block.`,
  });
  return false;
}

function fixes(resource: Resource, node: Sourced<string>['node'], value: string): readonly FixDraft[] {
  const edit = replaceScalar(resource, node, value);
  return edit ? [{ title: `Change to ${value}`, edits: [edit] }] : [];
}
