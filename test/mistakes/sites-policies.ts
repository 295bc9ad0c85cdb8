import { entriesAt, itemsAt, nodeAt, type SourceNode } from '../../server/core/manifest/node';
import { policiesOf, selectWorkloads, workloadsOf } from '../../server/core/model/network-model';
import type { NetworkPolicy, PolicyPort } from '../../server/core/model/policy';
import { podsUnder } from '../../server/core/model/relations';
import { targetOf, targetsIn } from '../../server/core/model/service';
import type { Workload } from '../../server/core/model/workload';
import { servicesInFront } from '../../server/core/model/relations';
import {
  dropLines,
  expectedAt,
  misspelt,
  nameSpot,
  placeOf,
  rewrite,
  spotOf,
  type Mistake,
  type MistakeKind,
  type Scope,
} from './mistake';

/** Policies that select pods here. */
function policiesWithPods({ model }: Scope): readonly NetworkPolicy[] {
  return policiesOf(model).filter((policy) => podsUnder(model, policy).length > 0);
}

function portsOf(policy: NetworkPolicy): readonly PolicyPort[] {
  return policy.rules.flatMap(({ ports }) => ports);
}

export const policyMistakes: readonly MistakeKind[] = [
  {
    name: "a policy's podSelector is misspelt",
    rules: ['policy-selector-unmatched'],
    *sites(scope) {
      for (const policy of policiesWithPods(scope)) {
        for (const { entry, key, values } of policy.podSelector?.requirements ?? []) {
          const wrong = misspelt(values[0] ?? '', (name) =>
            workloadsOf(scope.model, policy.namespace).some(({ podLabels }) =>
              podLabels.some((label) => label.key === key && label.value === name),
            ),
          );
          const mistake = entry && wrong !== undefined && rewrite(scope, policy.resource, entry.value, wrong);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: "a peer's podSelector is misspelt",
    rules: ['policy-peer-unmatched'],
    *sites(scope) {
      for (const policy of policiesWithPods(scope)) {
        for (const { podSelector, namespaceSelector } of policy.rules.flatMap(({ peers }) => peers)) {
          if (!podSelector || namespaceSelector) continue;
          if (selectWorkloads(scope.model, policy.namespace, podSelector).length === 0) continue;
          for (const { entry, values } of podSelector.requirements) {
            const wrong = misspelt(values[0] ?? '');
            const mistake = entry && wrong !== undefined && rewrite(scope, policy.resource, entry.value, wrong);
            if (mistake) yield mistake;
          }
        }
      }
    },
  },
  {
    name: "a peer's namespace is misspelt",
    rules: ['policy-peer-unmatched'],
    *sites(scope) {
      for (const policy of policiesWithPods(scope)) {
        for (const { namespaceSelector } of policy.rules.flatMap(({ peers }) => peers)) {
          for (const { entry, values } of namespaceSelector?.requirements ?? []) {
            if (!scope.model.contents.has(values[0] ?? '')) continue;
            const wrong = misspelt(values[0] ?? '');
            const mistake = entry && wrong !== undefined && rewrite(scope, policy.resource, entry.value, wrong);
            if (mistake) yield mistake;
          }
        }
      }
    },
  },
  {
    name: "a policy admits the Service's port in place of the pods'",
    rules: ['policy-port-unmatched'],
    *sites(scope) {
      for (const policy of policiesWithPods(scope)) {
        const pods = podsUnder(scope.model, policy);
        for (const { ports } of policy.rules.filter(({ direction }) => direction === 'Ingress')) {
          for (const port of ports) {
            const own = pods.flatMap((workload) =>
              servicesInFront(scope.model, workload).flatMap((service) =>
                service.ports.filter((candidate) => {
                  const target = targetOf(candidate);
                  return (
                    targetsIn(candidate, workload).some(
                      ({ number, name }) => number === port.port || name?.value === port.port,
                    ) && target !== candidate.port.value
                  );
                }),
              ),
            );
            const [wrong] = own;
            if (!wrong || wrong.port.value === port.port) continue;
            if (pods.some((workload) => workload.ports.some(({ number }) => number === wrong.port.value))) continue;
            const mistake = rewrite(scope, policy.resource, nodeAt(port.node, 'port'), wrong.port.value);
            if (mistake) yield mistake;
          }
        }
      }
    },
  },
  {
    name: "a policy's named port is misspelt",
    rules: ['policy-port-unmatched'],
    *sites(scope) {
      for (const policy of policiesWithPods(scope)) {
        for (const port of portsOf(policy)) {
          if (typeof port.port !== 'string') continue;
          const wrong = misspelt(port.port);
          const mistake = wrong !== undefined && rewrite(scope, policy.resource, nodeAt(port.node, 'port'), wrong);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'a protocol is written in small letters',
    rules: ['policy-port-invalid'],
    *sites(scope) {
      for (const policy of policiesOf(scope.model)) {
        for (const port of portsOf(policy)) {
          const node = nodeAt(port.node, 'protocol');
          const mistake = rewrite(scope, policy.resource, node, port.protocol.toLowerCase());
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: "a policy's port is out of range",
    rules: ['policy-port-invalid'],
    *sites(scope) {
      for (const policy of policiesOf(scope.model)) {
        for (const port of portsOf(policy)) {
          if (typeof port.port !== 'number') continue;
          const mistake = rewrite(scope, policy.resource, nodeAt(port.node, 'port'), `${port.port}00000`);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'a CIDR is shifted',
    rules: ['policy-cidr-invalid'],
    *sites(scope) {
      for (const { policy, block } of blocksOf(scope)) {
        const node = nodeAt(block, 'cidr');
        const written = node?.type === 'scalar' ? String(node.value) : '';
        const shifted = written.replace(/\.\d+\/(?!32)(\d+)$/, '.1/$1');
        const mistake = rewrite(scope, policy.resource, node, shifted);
        if (mistake) yield mistake;
      }
    },
  },
  {
    name: 'an except lies outside of its block',
    rules: ['policy-cidr-invalid'],
    *sites(scope) {
      for (const { policy, block } of blocksOf(scope)) {
        const cidr = nodeAt(block, 'cidr');
        if (cidr?.type !== 'scalar' || cidr.value === '0.0.0.0/0') continue;
        for (const node of itemsAt(block, 'except')) {
          const mistake = rewrite(scope, policy.resource, node, '198.18.0.0/24');
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'policyTypes forgets a direction',
    rules: ['policy-types-incomplete'],
    *sites(scope) {
      for (const policy of policiesOf(scope.model)) {
        const types = nodeAt(policy.resource.root, 'spec', 'policyTypes');
        const directions = [...new Set(policy.rules.map(({ direction }) => direction))];
        for (const item of itemsAt(types)) {
          if (item.type !== 'scalar' || !directions.some((direction) => direction === item.value)) continue;
          if (itemsAt(types).length < 2) continue;
          const field = item.value === 'Ingress' ? 'ingress' : 'egress';
          const entry = entriesAt(policy.resource.root, 'spec').find(({ key }) => key === field);
          const dash = scope.textOf(policy.resource.file).lastIndexOf('-', item.start);
          const mistake = dropLines(scope, policy.resource.file, { start: dash, end: item.end }, item.value as string);
          const found = expectedAt(
            mistake,
            entry && { file: policy.resource.file, offset: entry.keyStart },
            spotOf(policy.resource, entry?.value),
            spotOf(policy.resource, types),
            { file: policy.resource.file, offset: typesKey(policy) },
          );
          if (found) yield found;
        }
      }
    },
  },
  {
    name: 'one peer becomes two',
    rules: ['policy-peer-and-or'],
    *sites(scope) {
      for (const policy of policiesWithPods(scope)) {
        for (const { podSelector, namespaceSelector, node } of policy.rules.flatMap(({ peers }) => peers)) {
          if (!podSelector || !namespaceSelector || podSelector.requirements.length === 0) continue;
          if (selectWorkloads(scope.model, policy.namespace, podSelector).length > 0) continue;
          const reached = [...scope.model.contents.keys()].some(
            (namespace) => selectWorkloads(scope.model, namespace, podSelector).length > 0,
          );
          const second = entriesAt(node)[1];
          if (!reached || !second || entriesAt(node).length !== 2) continue;
          const mistake = splitBefore(scope, policy, second.keyStart);
          const found = expectedAt(mistake, spotOf(policy.resource, node), mistake?.at[0]);
          if (found) yield found;
        }
      }
    },
  },
  {
    name: 'a policy is copied under another name',
    rules: ['policy-duplicate', 'policy-redundant'],
    *sites(scope) {
      for (const policy of policiesWithPods(scope)) {
        const { resource } = policy;
        const text = scope.textOf(resource.file);
        if (nameSpot(resource).file !== resource.file || text[resource.range.start] === '{') continue;
        const own = text.slice(resource.range.start, resource.range.end).trimEnd();
        const named = placeOf(scope, resource, resource.nameNode);
        if (!named || own.includes('\n---')) continue;
        const at = named.start - resource.range.start;
        const copy = `${own.slice(0, at)}copy-of-${own.slice(at)}`;
        yield {
          what: `a copy of ${policy.name}`,
          edits: [
            {
              file: resource.file,
              start: resource.range.end,
              end: resource.range.end,
              newText: `${text[resource.range.end - 1] === '\n' ? '' : '\n'}---\n${copy}\n`,
            },
          ],
          at: [{ file: resource.file, offset: resource.range.end }, nameSpot(resource)],
          anywhereIn: resource.file,
        };
      }
    },
  },
  {
    name: 'an egress policy without a way to DNS',
    rules: ['policy-egress-blocks-dns'],
    *sites(scope) {
      for (const workload of unguarded(scope)) {
        const text = scope
          .textOf(workload.resource.file)
          .slice(workload.resource.range.start, workload.resource.range.end);
        if (!/value: ["']?(?:[a-z]+:\/\/)?[a-z][a-z0-9-]+(?:\.[a-z0-9-]+)*:\d+/.test(text)) continue;
        const rules = `  policyTypes: [Egress]\n  egress:\n    - ports:\n        - port: 8080\n        - port: 443\n`;
        const mistake = withPolicy(scope, workload, 'egress', rules);
        if (mistake) yield mistake;
      }
    },
  },
  {
    name: "a new policy admits the Service's port in place of the pods'",
    rules: ['policy-port-unmatched'],
    *sites(scope) {
      for (const workload of unguarded(scope)) {
        for (const { ports } of servicesInFront(scope.model, workload)) {
          const port = ports.find((one) => targetOf(one) !== one.port.value && targetsIn(one, workload).length > 0);
          if (!port || workload.ports.some(({ number }) => number === port.port.value)) continue;
          const rules = `  ingress:\n    - ports:\n        - port: ${port.port.value}\n`;
          const mistake = withPolicy(scope, workload, `port ${port.port.value}`, rules);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'a new policy admits nobody to what others call',
    rules: ['service-unreachable', 'dns-name-blocked', 'route-blocked'],
    *sites(scope) {
      for (const workload of unguarded(scope)) {
        if (!servicesInFront(scope.model, workload).some(({ type }) => type !== 'ExternalName')) continue;
        if (workloadsOf(scope.model).length < 2) continue;
        const mistake = withPolicy(scope, workload, 'nobody', '  policyTypes: [Ingress]\n');
        if (mistake) yield { ...mistake, orBy: 'service-unreachable' };
      }
    },
  },
];

/** Workloads in namespaces without policies, with a label that tells them from others. */
function unguarded({ model, textOf }: Scope): readonly Workload[] {
  const guarded = new Set(policiesOf(model).map(({ namespace }) => namespace));
  return workloadsOf(model).filter(
    ({ namespace, resource, podLabels, kind }) =>
      !guarded.has(namespace) &&
      podLabels.length > 0 &&
      isDocument(textOf(resource.file), resource.range.start) &&
      kind !== 'Job' &&
      kind !== 'CronJob',
  );
}

/** Whether a document begins here in block style: behind an item of a list nothing can be added. */
function isDocument(text: string, start: number): boolean {
  return text[start] !== '{' && text.lastIndexOf('\n', start - 1) + 1 === start;
}

/** A policy for the pods of a workload, written behind it. */
function withPolicy(scope: Scope, workload: Workload, what: string, rules: string): Mistake | undefined {
  const { resource, podLabels, name } = workload;
  const labels = podLabels.map(({ key, value }) => `      ${key}: "${value}"\n`).join('');
  const namespace = resource.namespace === undefined ? '' : `  namespace: ${resource.namespace}\n`;
  const text = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: new-policy\n${namespace}spec:\n  podSelector:\n    matchLabels:\n${labels}${rules}`;
  const { end } = resource.range;
  const newText = `${scope.textOf(resource.file)[end - 1] === '\n' ? '' : '\n'}---\n${text}`;
  return {
    what: `a policy for ${name}: ${what}`,
    edits: [{ file: resource.file, start: end, end, newText }],
    at: [],
    anywhereIn: resource.file,
  };
}

function blocksOf(scope: Scope): readonly { readonly policy: NetworkPolicy; readonly block: SourceNode }[] {
  return policiesOf(scope.model).flatMap((policy) =>
    policy.rules.flatMap(({ peers }) =>
      peers.flatMap(({ ipBlock }) => (ipBlock ? [{ policy, block: ipBlock.node }] : [])),
    ),
  );
}

function typesKey({ resource }: NetworkPolicy): number {
  return entriesAt(resource.root, 'spec').find(({ key }) => key === 'policyTypes')?.keyStart ?? 0;
}

/** A dash before the second selector of a peer: the slip that opens a namespace. */
function splitBefore(scope: Scope, { resource }: NetworkPolicy, offset: number): Mistake | undefined {
  const text = scope.textOf(resource.file);
  const before = text.slice(text.lastIndexOf('\n', offset) + 1, offset);
  if (!/^ {2,}$/.test(before)) return undefined;
  return {
    what: 'one peer → two',
    edits: [{ file: resource.file, start: offset - 2, end: offset, newText: '- ' }],
    at: [{ file: resource.file, offset: offset - 2 }],
  };
}
