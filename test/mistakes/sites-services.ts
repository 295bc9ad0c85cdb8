import { entriesAt, itemsAt, nodeAt, stringAt } from '../../server/core/manifest/node';
import { selectWorkloads, servicesOf, workloadsOf } from '../../server/core/model/network-model';
import { podSpecsOf } from '../../server/core/model/workload';
import { targetOf, targetsIn, type Service } from '../../server/core/model/service';
import type { Workload } from '../../server/core/model/workload';
import {
  dropLines,
  expectedAt,
  misspelt,
  nameSpot,
  placeOf,
  rewrite,
  rewriteKey,
  spotOf,
  type MistakeKind,
  type Scope,
} from './mistake';

/** Services that select pods, with those. */
function selecting({ model }: Scope): readonly { readonly service: Service; readonly pods: readonly Workload[] }[] {
  return servicesOf(model).flatMap((service) => {
    if (!service.selector || service.type === 'ExternalName') return [];
    const pods = selectWorkloads(model, service.namespace, service.selector);
    return pods.length > 0 ? [{ service, pods }] : [];
  });
}

/** What a cluster writes down of pods that something else makes was never typed. */
function writtenByHand({ model }: Scope): readonly Workload[] {
  return workloadsOf(model).filter(({ owner }) => owner === undefined);
}

function isLabelTaken({ model }: Scope, service: Service, key: string, value: string): boolean {
  return workloadsOf(model, service.namespace).some(({ podLabels }) =>
    podLabels.some((label) => label.key === key && label.value === value),
  );
}

export const serviceMistakes: readonly MistakeKind[] = [
  {
    name: 'a selector value of a Service is misspelt',
    rules: ['service-selector-unmatched'],
    *sites(scope) {
      for (const { service } of selecting(scope)) {
        for (const { entry, key, values } of service.selector?.requirements ?? []) {
          const wrong = misspelt(values[0] ?? '', (name) => isLabelTaken(scope, service, key, name));
          const mistake = entry && wrong !== undefined && rewrite(scope, service.resource, entry.value, wrong);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'a selector key of a Service is misspelt',
    rules: ['service-selector-unmatched'],
    *sites(scope) {
      for (const { service } of selecting(scope)) {
        for (const { entry, key } of service.selector?.requirements ?? []) {
          const wrong = misspelt(key);
          const mistake = entry && wrong !== undefined && rewriteKey(scope, service.resource, entry, wrong);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'a label that a Service selects is dropped from the pods',
    rules: ['service-selector-unmatched', 'workload-selector-mismatch', 'statefulset-service-missing'],
    *sites(scope) {
      for (const { service, pods } of selecting(scope)) {
        const [workload, second] = pods;
        if (!workload || second) continue;
        for (const requirement of service.selector?.requirements ?? []) {
          const label = workload.podLabels.find(({ key }) => key === requirement.key);
          if (!label || label.entry.value.shared || workload.podLabels.length < 2) continue;
          const file = label.entry.value.file ?? workload.resource.file;
          const range = { start: label.entry.keyStart, end: label.entry.value.end };
          const mistake = dropLines(scope, file, range, label.key);
          const selected = workload.selector?.requirements.find(({ key }) => key === label.key);
          const found = expectedAt(
            mistake,
            spotOf(service.resource, requirement.entry?.value),
            spotOf(workload.resource, selected?.entry?.value),
          );
          if (found) yield found;
        }
      }
    },
  },
  {
    name: "a workload's selector is misspelt",
    rules: ['workload-selector-mismatch'],
    *sites(scope) {
      for (const workload of workloadsOf(scope.model)) {
        for (const { entry, values } of workload.selector?.requirements ?? []) {
          const wrong = misspelt(values[0] ?? '');
          const mistake = entry && wrong !== undefined && rewrite(scope, workload.resource, entry.value, wrong);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'a targetPort name is misspelt',
    rules: ['service-port-unmatched'],
    *sites(scope) {
      for (const { service, pods } of selecting(scope)) {
        for (const port of service.ports) {
          const target = port.targetPort?.value;
          if (typeof target !== 'string' || pods.some((workload) => targetsIn(port, workload).length === 0)) continue;
          const wrong = misspelt(target);
          const mistake = wrong !== undefined && rewrite(scope, service.resource, port.targetPort?.node, wrong);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'a container port is renamed',
    rules: ['service-port-unmatched', 'probe-port-unmatched'],
    *sites(scope) {
      for (const { service, pods } of selecting(scope)) {
        for (const port of service.ports) {
          const [workload, second] = pods;
          const [declared] = workload ? targetsIn(port, workload) : [];
          if (!workload || second || typeof targetOf(port) !== 'string' || !declared?.name) continue;
          const renamed = rewrite(
            scope,
            workload.resource,
            declared.name.node,
            `${declared.name.value.slice(0, 10)}-new`,
          );
          const found = expectedAt(renamed, spotOf(service.resource, port.targetPort?.node));
          if (found) yield found;
        }
      }
    },
  },
  {
    name: 'port and targetPort of a Service are swapped',
    rules: ['service-port-unmatched', 'route-backend-unmatched', 'dns-port-unmatched'],
    *sites(scope) {
      for (const { service, pods } of selecting(scope)) {
        for (const port of service.ports) {
          const target = port.targetPort?.value;
          const declared = pods.every((workload) => targetsIn(port, workload).length > 0);
          if (typeof target !== 'number' || target === 0 || target === port.port.value || !declared) continue;
          if (service.headless) continue;
          const first = rewrite(scope, service.resource, port.port.node, target);
          const other = rewrite(scope, service.resource, port.targetPort?.node, port.port.value);
          if (!first || !other) continue;
          yield {
            what: `port ${port.port.value} ↔ targetPort ${target}`,
            edits: [...first.edits, ...other.edits],
            at: other.at,
          };
        }
      }
    },
  },
  {
    name: 'a numeric targetPort has a digit wrong',
    rules: ['service-port-unmatched'],
    *sites(scope) {
      for (const { service, pods } of selecting(scope)) {
        for (const port of service.ports) {
          const target = port.targetPort?.value;
          if (typeof target !== 'number' || target < 1000 || service.headless) continue;
          if (pods.some((workload) => targetsIn(port, workload).length === 0)) continue;
          const mistake = rewrite(scope, service.resource, port.targetPort?.node, target + 10);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'a Service is in a misspelt namespace',
    rules: ['service-selector-unmatched'],
    *sites(scope) {
      for (const { service } of selecting(scope)) {
        const node = nodeAt(service.resource.root, 'metadata', 'namespace');
        const wrong = misspelt(service.namespace);
        const mistake = wrong !== undefined && rewrite(scope, service.resource, node, wrong);
        const [first] = service.selector?.requirements ?? [];
        const found = mistake && expectedAt(mistake, spotOf(service.resource, first?.entry?.value));
        if (found) yield found;
      }
    },
  },
  {
    name: "two of a Service's ports get one name",
    rules: ['service-port-invalid'],
    *sites(scope) {
      for (const service of servicesOf(scope.model)) {
        const [first, second] = service.ports;
        if (!first?.name || !second?.name) continue;
        const mistake = rewrite(scope, service.resource, second.name.node, first.name.value);
        if (mistake)
          yield {
            ...mistake,
            at: [...mistake.at, ...[spotOf(service.resource, first.name.node)].flatMap((spot) => spot ?? [])],
          };
      }
    },
  },
  {
    name: 'a second port has no name',
    rules: ['service-port-invalid'],
    *sites(scope) {
      for (const service of servicesOf(scope.model)) {
        const second = service.ports[1];
        const entry = entriesAt(second?.node).find(({ key }) => key === 'name');
        if (!second || !entry || entry.value.shared || itemsAt(service.resource.root, 'spec', 'ports').length < 2)
          continue;
        const file = entry.value.file ?? service.resource.file;
        const mistake = dropLines(scope, file, { start: entry.keyStart, end: entry.value.end }, 'name');
        const found = expectedAt(
          mistake,
          spotOf(service.resource, second.node),
          spotOf(service.resource, second.port.node),
        );
        if (found) yield found;
      }
    },
  },
  {
    name: 'two Services get one nodePort',
    rules: ['service-node-port-conflict'],
    *sites(scope) {
      const ports = servicesOf(scope.model).flatMap((service) =>
        service.ports.flatMap((port) =>
          port.nodePort === undefined ? [] : [{ service, port, number: port.nodePort }],
        ),
      );
      for (const [index, { service, port }] of ports.entries()) {
        const other = ports[(index + 1) % ports.length];
        if (!other || other.number === port.nodePort || other.port.protocol !== port.protocol) continue;
        const mistake = rewrite(scope, service.resource, nodeAt(port.node, 'nodePort'), other.number);
        const theirs = spotOf(other.service.resource, nodeAt(other.port.node, 'nodePort'));
        if (mistake) yield { ...mistake, at: [...mistake.at, ...(theirs ? [theirs] : [])] };
      }
    },
  },
  {
    name: 'a nodePort lies outside of the range',
    rules: ['service-node-port-conflict'],
    *sites(scope) {
      for (const service of servicesOf(scope.model)) {
        for (const port of service.ports) {
          const mistake = rewrite(scope, service.resource, nodeAt(port.node, 'nodePort'), 8080);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'type: NodePort is forgotten',
    rules: ['service-type-field-ignored'],
    *sites(scope) {
      for (const service of servicesOf(scope.model)) {
        const port = service.ports.find(({ nodePort }) => nodePort !== undefined);
        const mistake =
          port && rewrite(scope, service.resource, nodeAt(service.resource.root, 'spec', 'type'), 'ClusterIP');
        const found = mistake && expectedAt(mistake, spotOf(service.resource, nodeAt(port.node, 'nodePort')));
        if (found) yield found;
      }
    },
  },
  {
    name: 'every workload of a Service is scaled to zero',
    rules: ['service-scaled-to-zero'],
    *sites(scope) {
      for (const { service, pods } of selecting(scope)) {
        const [workload, second] = pods;
        if (!workload?.replicas || second) continue;
        const mistake = rewrite(scope, workload.resource, nodeAt(workload.resource.root, 'spec', 'replicas'), 0);
        const found = expectedAt(
          mistake,
          nameSpot(service.resource),
          spotOf(service.resource, service.selector?.requirements[0]?.entry?.value),
        );
        if (found) yield found;
      }
    },
  },
  {
    name: "a StatefulSet's serviceName is misspelt",
    rules: ['statefulset-service-missing'],
    *sites(scope) {
      for (const { resource, kind, namespace } of workloadsOf(scope.model)) {
        const name = stringAt(resource.root, 'spec', 'serviceName');
        if (kind !== 'StatefulSet' || !name) continue;
        if (!servicesOf(scope.model, namespace).some((service) => service.name === name.value)) continue;
        const wrong = misspelt(name.value);
        const mistake = wrong !== undefined && rewrite(scope, resource, name.node, wrong);
        if (mistake) yield mistake;
      }
    },
  },
  {
    name: "a probe's port name is misspelt",
    rules: ['probe-port-unmatched'],
    *sites(scope) {
      for (const { node, resource } of probePorts(scope)) {
        if (node.type !== 'scalar' || typeof node.value !== 'string') continue;
        const wrong = misspelt(node.value);
        const mistake = wrong !== undefined && rewrite(scope, resource, node, wrong);
        if (mistake) yield mistake;
      }
    },
  },
  {
    name: "a probe's port number has a digit wrong",
    rules: ['probe-port-unmatched'],
    *sites(scope) {
      for (const { node, resource, declares } of probePorts(scope)) {
        if (node.type !== 'scalar' || typeof node.value !== 'number' || !declares) continue;
        const mistake = rewrite(scope, resource, node, node.value + 10);
        if (mistake) yield mistake;
      }
    },
  },
  {
    name: 'a container port name is too long',
    rules: ['container-port-invalid'],
    *sites(scope) {
      for (const { resource, ports } of writtenByHand(scope)) {
        for (const { name } of ports) {
          const mistake = name && rewrite(scope, resource, name.node, `${name.value}-for-everybody`);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'a container port is out of range',
    rules: ['container-port-invalid'],
    *sites(scope) {
      for (const { resource, ports } of writtenByHand(scope)) {
        for (const { node, number } of ports) {
          const mistake = rewrite(scope, resource, nodeAt(node, 'containerPort'), `${number}0000`);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'an apiVersion of years ago',
    rules: ['api-version-removed'],
    *sites(scope) {
      for (const { resource } of workloadsOf(scope.model)) {
        const node = nodeAt(resource.root, 'apiVersion');
        const old =
          resource.apiVersion === 'apps/v1'
            ? 'extensions/v1beta1'
            : resource.kind === 'CronJob'
              ? 'batch/v1beta1'
              : undefined;
        if (old === undefined || !['Deployment', 'DaemonSet', 'CronJob'].includes(resource.kind)) continue;
        const mistake = placeOf(scope, resource, node) && rewrite(scope, resource, node, old);
        if (mistake) yield mistake;
      }
    },
  },
];

function probePorts({ model }: Scope) {
  return workloadsOf(model).flatMap(({ resource }) =>
    (podSpecsOf(resource) ?? []).flatMap((spec) =>
      itemsAt(spec, 'containers').flatMap((container) =>
        ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) =>
          ['httpGet', 'tcpSocket'].flatMap((way) => {
            const node = nodeAt(container, probe, way, 'port');
            const ports = itemsAt(container, 'ports');
            const isDeclared = ports.some((port) => {
              const value = node?.type === 'scalar' ? node.value : undefined;
              return [stringAt(port, 'name')?.value, nodeAt(port, 'containerPort')].some((known) =>
                typeof known === 'object'
                  ? known.type === 'scalar' && known.value === value
                  : known !== undefined && known === value,
              );
            });
            return node && isDeclared ? [{ node, resource, declares: ports.length > 0 }] : [];
          }),
        ),
      ),
    ),
  );
}
