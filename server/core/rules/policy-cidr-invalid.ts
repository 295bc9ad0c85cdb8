import { itemsAt, type Sourced, stringAt } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { containsCidr, coverAll, parseCidr, type Cidr } from '../model/cidr';
import { derivedOf, policiesOf } from '../model/network-model';
import type { IpBlock, NetworkPolicy } from '../model/policy';
import type { PolicyForm } from '../reach/policy-form';
import { policyFormsOf } from '../reach/policy-forms';
import { replaceScalar } from './edits';
import { problemFixes, reportProblems } from './policy-problems';
import { defineRule, type FixDraft, type Report, type ReportInput } from './rule';

export const policyCidrInvalid = defineRule({
  id: 'policy-cidr-invalid',
  title: 'Addresses of a policy that are no CIDR, or exceptions that do not fit',
  severity: 'error',
  check(model, report) {
    const read = rememberingCidrs();
    reportProblems(model, 'policy-cidr-invalid', report);
    const reportOf = (resource: Resource, check: (report: Report) => void): void =>
      derivedOf(model, resource, 'policy-cidrs-invalid', () => collect(check)).forEach(report);
    for (const policy of policiesOf(model)) reportOf(policy.resource, (add) => checkBlocks(policy, read, add));
    for (const form of policyFormsOf(model)) {
      if (form.tier !== 'network') reportOf(form.resource, (add) => checkNetworks(form, read, add));
    }
  },
  fixes: problemFixes,
  // The canonical form covers what the written one covers.
  fixAll: true,
});

function collect(check: (report: Report) => void): readonly ReportInput[] {
  const found: ReportInput[] = [];
  check((input) => found.push(input));
  return found;
}

type ReadCidr = typeof parseCidr;

/** The same few blocks stand in most policies of a workspace. */
function rememberingCidrs(): ReadCidr {
  const known = new Map<string, Cidr | undefined>();
  return (text) => {
    if (!known.has(text)) known.set(text, parseCidr(text));
    return known.get(text);
  };
}

function checkNetworks({ resource, rules }: PolicyForm, read: ReadCidr, report: Report): void {
  for (const { peers } of rules) {
    for (const { node } of peers === 'everyone' ? [] : peers) {
      itemsAt(node, 'networks').forEach((_, index) => {
        const network = stringAt(node, 'networks', index);
        if (network) checkHostBits(resource, network, read, report);
      });
    }
  }
}

function checkBlocks({ resource, rules }: NetworkPolicy, read: ReadCidr, report: Report): void {
  for (const { peers } of rules) {
    for (const { ipBlock } of peers) if (ipBlock) checkBlock(resource, ipBlock, read, report);
  }
}

function checkBlock(resource: Resource, block: IpBlock, read: ReadCidr, report: Report): void {
  const whole = block.cidr && checkHostBits(resource, block.cidr, read, report);
  const parts = block.except.flatMap((except) => {
    const part = checkHostBits(resource, except, read, report);
    return part && (!whole || fits(resource, whole, except, part, report)) ? [part] : [];
  });
  if (block.cidr && whole && parts.length > 1 && coverAll(whole, parts)) {
    report({
      resource,
      at: block.cidr.node,
      message: `The exceptions together cover all of ${whole.canonical}: nothing is left of this block.`,
    });
  }
}

/** Reports bits beyond the prefix, and gives what could be read. A text that is no CIDR is a problem of its policy already. */
function checkHostBits(
  resource: Resource,
  { value, node }: Sourced<string>,
  read: ReadCidr,
  report: Report,
): Cidr | undefined {
  const cidr = read(value);
  if (cidr?.hostBits) {
    report({
      resource,
      at: node,
      message: `${value} has bits beyond its prefix: it covers ${cidr.canonical}. Write that, or a longer prefix if less is meant.`,
      data: { fixes: fixes(resource, node, cidr.canonical) },
    });
  }
  return cidr;
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
