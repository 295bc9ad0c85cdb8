import { entryOf, itemsAt, keyRange, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { containsCidr, parseCidr, type Cidr } from '../model/cidr';
import { describeRule } from '../model/describe-policy';
import type { Selector } from '../model/label';
import { namespaceNameLabel, type NetworkModel } from '../model/network-model';
import type { PolicyPeer, PolicyRule } from '../model/policy';
import type { RuleForm } from '../reach/policy-form';
import { startOf } from '../reach/policy-reading';
import { addEntry, entryPlace, entryRange, removeLines, type EntryPlace } from './edits';
import { addItem, itemPlace, type ItemPlace } from './list-edits';
import { peerReadings } from './peer-readings';
import { defineRule, type EditData, type FixData, type FixDraft, type Report, type TextOf } from './rule';
import { opensEverything, wholePolicies, type WholePolicy } from './whole-policies';

export const policyAllowsAll = defineRule({
  id: 'policy-allows-all',
  title: 'A rule that opens everything, written so that it looks narrow',
  severity: 'hint',
  check(model, report) {
    for (const whole of wholePolicies(model)) {
      if (saysSo.test(whole.policy.name)) continue;
      whole.policy.rules.forEach((rule, index) => {
        const form = whole.form.rules[index];
        if (form && matters(whole, rule)) checkRule(whole, rule, form, model, report);
      });
    }
  },
  fixes: narrow,
});

/** `allow-all`, `allow-any-egress`, `open-to-everyone`: whoever names it so knows. */
const saysSo = /(allow|permit|accept|open)([-_.]?to)?[-_.]?(all|any|every)/i;

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

function checkRule(
  { policy }: WholePolicy,
  rule: PolicyRule,
  form: RuleForm,
  model: NetworkModel,
  report: Report,
): void {
  const { resource } = policy;
  if (form.peers === 'everyone') checkEmptyList(resource, rule, report);
  const everyone = rule.peers.find(isEveryPod);
  if (everyone) checkEveryPod(resource, everyone, rule, model, report);
  if (rule.direction === 'Egress' && reachesHttp(form)) {
    for (const peer of rule.peers) checkMetadata(resource, peer, report);
  }
}

/** An empty list, or nothing below the key, is as good as no `from` (API reference, NetworkPolicyIngressRule). */
function checkEmptyList(resource: Resource, rule: PolicyRule, report: Report): void {
  const { direction, node } = rule;
  const [field, nobody] = direction === 'Ingress' ? ['from', 'nobody'] : ['to', 'nothing'];
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
