import { entryOf, itemsAt, keyRange, type SourceNode, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { containsCidr, coverAll, parseCidr, type Cidr } from '../model/cidr';
import { describeRule } from '../model/describe-policy';
import type { Selector } from '../model/label';
import { derivedIn, namespaceNameLabel, type NamespaceContents, type NetworkModel } from '../model/network-model';
import type { PolicyPeer, PolicyRule } from '../model/policy';
import { listed } from '../reach/describe-form';
import type { RuleForm } from '../reach/policy-form';
import { startOf } from '../reach/policy-reading';
import { addEntry, entryPlace, entryRange, removeLines, type EntryPlace } from './edits';
import { addItem, itemPlace, type ItemPlace } from './list-edits';
import { peerReadings } from './peer-readings';
import { defineRule, type EditData, type FixData, type FixDraft, type Report, type TextOf } from './rule';
import { opensEverything, wholePoliciesIn, type WholePolicy } from './whole-policies';

export const policyAllowsAll = defineRule({
  id: 'policy-allows-all',
  title: 'A rule that opens everything, written so that it looks narrow',
  severity: 'hint',
  check(model, report) {
    for (const contents of model.contents.values()) {
      for (const opening of openingRules(model, contents)) checkRule(opening, model, report);
    }
  },
  fixes: narrow,
});

/** `allow-all`, `allow-any-egress`, `open-to-everyone`: whoever names it so knows. */
const saysSo = /(allow|permit|accept|open)([-_.]?to)?[-_.]?(all|any|every)/i;

/** A rule that lets in, or out to, more than a few. */
interface OpeningRule {
  readonly resource: Resource;
  readonly rule: PolicyRule;
  readonly form: RuleForm;
}

function openingRules(model: NetworkModel, contents: NamespaceContents): readonly OpeningRule[] {
  return derivedIn(model, contents.name, 'opening-rules', () =>
    wholePoliciesIn(model, contents)
      .filter(({ policy }) => !saysSo.test(policy.name))
      .flatMap((whole) =>
        whole.policy.rules.flatMap((rule, index) => {
          const form = whole.form.rules[index];
          return form && opens(rule, form) && matters(whole, rule)
            ? [{ resource: whole.policy.resource, rule, form }]
            : [];
        }),
      ),
  );
}

function opens({ peers }: PolicyRule, form: RuleForm): boolean {
  return (
    form.peers === 'everyone' ||
    peers.some((peer) => isEveryAddress(peer) || isEveryPod(peer)) ||
    everyAddress(peers).length > 0
  );
}

/** Not where the rules have no effect, nor where another rule plainly opens the direction: `- {}` looks like what it is. */
function matters({ policy, form }: WholePolicy, { direction }: PolicyRule): boolean {
  return (
    policy.directions.includes(direction) &&
    !form.rules.some((other) => other.direction === direction && opensEverything(other) && isPlain(other.node))
  );
}

function isPlain(rule: SourceNode): boolean {
  return rule.type !== 'map' || rule.entries.length === 0;
}

function checkRule({ resource, rule, form }: OpeningRule, model: NetworkModel, report: Report): void {
  if (form.peers === 'everyone') checkEmptyList(resource, rule, form, report);
  const everyone = rule.peers.find(isEveryPod);
  if (everyone) checkEveryPod(resource, everyone, rule, model, report);
  const blocks = everyAddress(rule.peers);
  // One block on some ports is how public ports are written, and egress to it is judged by the metadata address.
  if (blocks.length > 1 || (blocks.length === 1 && rule.direction === 'Ingress' && form.ports === 'every'))
    reportEveryAddress(resource, blocks, rule, report);
  else if (rule.direction === 'Egress' && reachesHttp(form)) {
    for (const peer of rule.peers) checkMetadata(resource, peer, report);
  }
}

/** An empty list, or nothing below the key, is as good as no `from` or `ports` (API reference, NetworkPolicyIngressRule). */
function checkEmptyList(resource: Resource, rule: PolicyRule, form: RuleForm, report: Report): void {
  const { direction, node } = rule;
  const [peers, nobody] = direction === 'Ingress' ? ['from', 'nobody'] : ['to', 'nothing'];
  const field = !entryOf(node, peers) && form.ports === 'every' ? 'ports' : peers;
  const entry = entryOf(node, field);
  if (!entry) return;
  const isList = entry.value.type === 'sequence';
  const others = node.type === 'map' ? node.entries.filter(({ key }) => key !== field) : [];
  const next = others.find(({ keyStart, value }) => keyStart > entry.keyStart && value.file === entry.value.file);
  const place = entryPlace(resource, entry);
  report({
    resource,
    at: isList ? entryRange(entry) : keyRange(entry),
    message: `${isList ? `${field}: [] is` : `Nothing stands below ${field}, which is`} the same as no ${field} at all: this rule of NetworkPolicy ${resource.name} allows traffic ${describeRule(rule)}. To allow ${nobody}, take the rule out.`,
    ...(place && isList
      ? { data: { emptyList: { field, place, alone: others.length === 0, ...(next ? { next: next.keyStart } : {}) } } }
      : {}),
  });
}

/**
 * The blocks of a rule for nothing but addresses that together are every address of a family. Empty where `except` takes some
 * out, or pods stand beside them: that looks like what it is.
 */
function everyAddress(peers: readonly PolicyPeer[]): readonly Block[] {
  if (!peers.every(({ ipBlock }) => ipBlock)) return [];
  const blocks = peers.flatMap(({ ipBlock }): readonly Block[] => {
    const cidr = ipBlock?.cidr && ipBlock.except.length === 0 ? parseCidr(ipBlock.cidr.value) : undefined;
    return cidr && ipBlock?.cidr ? [{ cidr, written: ipBlock.cidr }] : [];
  });
  for (const all of families) {
    const alone = blocks.find(({ cidr }) => containsCidr(cidr, all));
    if (alone) return [alone];
    if (
      coverAll(
        all,
        blocks.map(({ cidr }) => cidr),
      )
    )
      return blocks.filter(({ cidr }) => cidr.family === all.family);
  }
  return [];
}

interface Block {
  readonly cidr: Cidr;
  readonly written: Sourced<string>;
}

const families = ['0.0.0.0/0', '::/0'].flatMap((text) => parseCidr(text) ?? []);

function reportEveryAddress(resource: Resource, blocks: readonly Block[], rule: PolicyRule, report: Report): void {
  const [first, ...others] = blocks;
  if (!first) return;
  const { family } = first.cidr;
  const all = family === 4 ? '0.0.0.0/0' : '::/0';
  const isIngress = rule.direction === 'Ingress';
  const what =
    others.length === 0
      ? `${first.written.value} is every IPv${family} address`
      : `Together ${listed(
          blocks.map(({ written }) => written.value),
          'and',
        )} are ${all}, every IPv${family} address`;
  const whom = describeRule({ ...rule, peers: [] });
  report({
    resource,
    at: first.written.node,
    message: `${what}, of pods too: this rule of NetworkPolicy ${resource.name} allows traffic ${whom}. ${isIngress ? 'To let in what comes from outside of the cluster alone, put the addresses of its pods into except.' : `Write ${all} if that is meant.`}`,
    related: others.map(({ written }) => ({ resource, at: written.node, message: written.value })),
  });
}

function isEveryPod({ podSelector, namespaceSelector, ipBlock }: PolicyPeer): boolean {
  return !ipBlock && meansEvery(namespaceSelector) && (podSelector?.requirements.length ?? 0) === 0;
}

/** Empty, or asking for the label that every Namespace has. */
function meansEvery(selector: Selector | undefined): boolean {
  return (
    selector !== undefined &&
    selector.requirements.every(({ key, operator }) => key === namespaceNameLabel && operator === 'Exists')
  );
}

function checkEveryPod(
  resource: Resource,
  everyone: PolicyPeer,
  rule: PolicyRule,
  model: NetworkModel,
  report: Report,
): void {
  const narrower = rule.peers.filter((peer) => !peer.ipBlock && !isEveryPod(peer));
  const [first] = narrower;
  const asksForLabel = (everyone.namespaceSelector?.requirements.length ?? 0) > 0;
  if (!first && !asksForLabel) return;
  const readings = peerReadings(model);
  if (narrower.some((peer) => readings.get(peer)?.peers.includes(everyone))) return;
  const reason = asksForLabel
    ? `Every namespace has the label ${namespaceNameLabel}: this peer is every pod of the cluster`
    : 'This peer is every pod of every namespace';
  const others = narrower.length === 1 ? 'the other peer narrows' : `the ${narrower.length} other peers narrow`;
  report({
    resource,
    at: startOf(everyone.node),
    message: first ? `${reason}, so ${others} nothing.` : `${reason}. If that is meant, write namespaceSelector: {}.`,
    related: first ? [{ resource, at: startOf(first.node), message: 'A narrower peer of the same rule' }] : [],
  });
}

/** Where cloud providers' virtual machines, and so pods, get credentials and user data by plain HTTP (AWS, Azure, Google Cloud and others). */
const metadataAddress = '169.254.169.254/32';
const metadata = parseCidr(metadataAddress);

function reachesHttp({ ports }: RuleForm): boolean {
  if (ports === 'every') return true;
  return ports.some((port) => port.type === 'range' && port.protocol === 'TCP' && port.first <= 80 && port.last >= 80);
}

function isEveryAddress({ ipBlock }: PolicyPeer): boolean {
  return ipBlock?.cidr?.value === '0.0.0.0/0';
}

function checkMetadata(resource: Resource, { ipBlock }: PolicyPeer, report: Report): void {
  if (ipBlock?.cidr?.value !== '0.0.0.0/0' || !metadata) return;
  const isOut = (cidr: Cidr | undefined): boolean => cidr !== undefined && containsCidr(cidr, metadata);
  if (ipBlock.except.some(({ value }) => isOut(parseCidr(value)))) return;
  const last = itemPlace(resource, itemsAt(ipBlock.node, 'except').at(-1));
  const entry = entryPlace(resource, entryOf(ipBlock.node, 'cidr'));
  const isNew = entryOf(ipBlock.node, 'except') === undefined;
  report({
    resource,
    at: ipBlock.cidr.node,
    message: `0.0.0.0/0 includes 169.254.169.254, where cloud providers hand out credentials to whoever asks on port 80. Put ${metadataAddress} into except, unless the pods of NetworkPolicy ${resource.name} need it.`,
    ...(last ? { data: { except: { last } } } : isNew && entry ? { data: { except: { entry } } } : {}),
  });
}

interface EmptyList {
  readonly field: string;
  readonly place: EntryPlace;
  /** No other key is in the rule. */
  readonly alone: boolean;
  /** Where the key behind it begins. */
  readonly next?: number;
}

type Except = { readonly last: ItemPlace } | { readonly entry: EntryPlace };

function narrow(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const { emptyList, except } = data as { readonly emptyList?: EmptyList; readonly except?: Except };
  if (emptyList) {
    const edit = withoutList(textOf(emptyList.place.file), emptyList);
    return edit ? [{ title: `Remove ${emptyList.field}: [], if everyone is meant`, edits: [edit] }] : [];
  }
  const edit =
    except &&
    ('last' in except
      ? addLast(textOf(except.last.file), except.last)
      : addExcept(textOf(except.entry.file), except.entry));
  return edit ? [{ title: `Except ${metadataAddress}`, edits: [edit] }] : [];
}

/** Up to the next key, which takes its place; `{}` where there is no other. Undefined where a comment would go along. */
function withoutList(text: string, { place, alone, next }: EmptyList): EditData | undefined {
  const { file, keyRange: key, value } = place;
  if (alone) {
    const opening = /\{\s*$/.exec(text.slice(Math.max(0, key.start - 100), key.start))?.[0].length ?? 0;
    const closing = opening > 0 ? (/^[\s,]*\}/.exec(text.slice(value.end, value.end + 100))?.[0].length ?? 0) : 0;
    return {
      file,
      start: key.start - opening,
      end: value.end + closing,
      newText: opening > 0 && closing === 0 ? '{' : '{}',
    };
  }
  if (next === undefined) return removeLines(text, file, { start: key.start, end: value.end });
  return text.slice(key.start, next).includes('#') ? undefined : { file, start: key.start, end: next, newText: '' };
}

function addLast(text: string, last: ItemPlace): EditData | undefined {
  return addItem(text, last, inQuotesOf(text[last.start], metadataAddress));
}

function addExcept(text: string, entry: EntryPlace): EditData | undefined {
  const added = addEntry(text, entry, ['except:', `  - ${metadataAddress}`]);
  if (added || !/^\s*[,}]/.test(text.slice(entry.value.end, entry.value.end + 200))) return added;
  const quote = text[entry.keyRange.start];
  const newText = `, ${inQuotesOf(quote, 'except')}: [${inQuotesOf(quote, metadataAddress)}]`;
  return { file: entry.file, start: entry.value.end, end: entry.value.end, newText };
}

function inQuotesOf(quote: string | undefined, text: string): string {
  return quote === '"' || quote === "'" ? `${quote}${text}${quote}` : text;
}
