import { entryOf, itemsAt, nodeAt } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPatch, resourcesOf } from '../model/network-model';
import { replaceScalar } from './edits';
import { ingressConversion, ingressEdits, isConverted, type IngressConversion } from './ingress-conversion';
import { defineRule, type EditData, type FixData, type FixDraft, type TextOf } from './rule';

export const apiVersionRemoved = defineRule({
  id: 'api-version-removed',
  title: 'A version of a networking API that no supported Kubernetes serves',
  severity: 'warning',
  check(model, report) {
    for (const resource of resourcesOf(model)) {
      if (!versions.has(resource.apiVersion)) continue;
      const removed = removedVersions.get(`${resource.apiVersion} ${resource.kind}`);
      const node = removed && nodeAt(resource.root, 'apiVersion');
      if (!node || isPatch(model, resource)) continue;
      report({
        resource,
        at: node,
        message: `${removed.gone}: write ${removed.now}.${removed.isSame(resource) ? '' : ` ${removed.changes}`}`,
        tags: ['deprecated'],
        data: fixData(resource, removed),
      });
    }
  },
  fixes: conversions,
  fixAll: true,
});

/** What became of a version of a kind. */
interface Removed {
  /** Who no longer serves it, as the beginning of a sentence. */
  readonly gone: string;
  /** The apiVersion to write. */
  readonly now: string;
  /** Whether the rest may stay as it is. */
  readonly isSame: (resource: Resource) => boolean;
  /** What must change where it may not, as a sentence. */
  readonly changes: string;
}

const always = (): boolean => true;

/** Selectors became necessary with apps/v1, and nothing rolls back by itself any more (deprecated API migration guide, 1.16). */
const hasSelector = ({ root }: Resource): boolean =>
  nodeAt(root, 'spec', 'selector')?.type === 'map' && !entryOf(nodeAt(root, 'spec'), 'rollbackTo');

/** `topology` became `nodeName` and `zone` (deprecated API migration guide, 1.25). */
const hasNoTopology = ({ root }: Resource): boolean =>
  itemsAt(root, 'endpoints').every((endpoint) => !entryOf(endpoint, 'topology'));

/** Backends and path types (deprecated API migration guide, 1.22). */
const isNewIngress = (resource: Resource): boolean => isConverted(ingressConversion(resource));

const removedVersions: ReadonlyMap<string, Removed> = new Map([
  ...kubernetes('extensions/v1beta1', ['Ingress'], '1.22', 'networking.k8s.io/v1', ingress()),
  ...kubernetes('networking.k8s.io/v1beta1', ['Ingress'], '1.22', 'networking.k8s.io/v1', ingress()),
  ...kubernetes('networking.k8s.io/v1beta1', ['IngressClass'], '1.22', 'networking.k8s.io/v1'),
  ...kubernetes('extensions/v1beta1', ['NetworkPolicy'], '1.16', 'networking.k8s.io/v1'),
  ...kubernetes('extensions/v1beta1', ['Deployment', 'DaemonSet', 'ReplicaSet'], '1.16', 'apps/v1', apps()),
  ...kubernetes('apps/v1beta1', ['Deployment', 'StatefulSet'], '1.16', 'apps/v1', apps()),
  ...kubernetes('apps/v1beta2', ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'], '1.16', 'apps/v1', apps()),
  ...kubernetes('batch/v2alpha1', ['CronJob'], '1.21', 'batch/v1'),
  ...kubernetes('batch/v1beta1', ['CronJob'], '1.25', 'batch/v1'),
  ...kubernetes('discovery.k8s.io/v1beta1', ['EndpointSlice'], '1.25', 'discovery.k8s.io/v1', {
    isSame: hasNoTopology,
    changes: 'What topology says is in nodeName and zone there.',
  }),
  ...gatewayApi(['Gateway', 'GatewayClass', 'HTTPRoute', 'GRPCRoute'], 'v1'),
  ...gatewayApi(['ReferenceGrant'], 'v1beta1'),
]);

/** Most resources are of another version, which is told without putting a key together. */
const versions: ReadonlySet<string> = new Set([...removedVersions.keys()].map((key) => key.replace(/ .*$/, '')));

type Entry = readonly [key: string, removed: Removed];

function kubernetes(
  version: string,
  kinds: readonly string[],
  since: string,
  now: string,
  { isSame, changes }: Pick<Removed, 'isSame' | 'changes'> = { isSame: always, changes: '' },
): readonly Entry[] {
  return kinds.map((kind) => [
    `${version} ${kind}`,
    {
      gone: `Kubernetes serves no ${kind} of ${version} since ${since}`,
      now,
      isSame,
      changes,
    },
  ]);
}

/** Versions of the Gateway API come with its own releases. Those that are merely deprecated are served still. */
function gatewayApi(kinds: readonly string[], now: string): readonly Entry[] {
  const group = 'gateway.networking.k8s.io';
  return kinds.map((kind) => [
    `${group}/v1alpha2 ${kind}`,
    {
      gone: `Releases of the Gateway API since 1.2 serve no ${kind} of v1alpha2`,
      now: `${group}/${now}`,
      isSame: always,
      changes: '',
    },
  ]);
}

function apps(): Pick<Removed, 'isSame' | 'changes'> {
  return { isSame: hasSelector, changes: 'It needs a spec.selector there, and knows no rollbackTo.' };
}

function ingress(): Pick<Removed, 'isSame' | 'changes'> {
  return {
    isSame: isNewIngress,
    changes: 'Backends are written service.name and service.port there, and each path has a pathType.',
  };
}

function fixData(resource: Resource, { now, isSame }: Removed): FixData {
  const version = replaceScalar(resource, nodeAt(resource.root, 'apiVersion'), now);
  const ingress = resource.kind === 'Ingress' ? ingressConversion(resource) : undefined;
  if (!version || (!ingress && !isSame(resource))) return {};
  return { now, version, ...(ingress ? { ingress } : {}) };
}

function conversions(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const version = data['version'] as EditData | undefined;
  const ingress = data['ingress'] as IngressConversion | undefined;
  const edits = ingress ? ingressEdits(ingress, textOf) : [];
  if (!version || !edits) return [];
  return [{ title: `Convert it to ${String(data['now'])}`, edits: [version, ...edits] }];
}
