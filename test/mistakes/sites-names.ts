import { itemsAt, nodeAt, stringAt, type SourceNode } from '../../server/core/manifest/node';
import type { Resource } from '../../server/core/manifest/resource';
import { servicesOf, workloadsOf } from '../../server/core/model/network-model';
import type { Service } from '../../server/core/model/service';
import { podSpecsOf } from '../../server/core/model/workload';
import { misspelt, rewrite, type MistakeKind, type Scope } from './mistake';

/** A Service that some text calls by name, with its port. */
interface Call {
  readonly resource: Resource;
  readonly node: SourceNode;
  readonly text: string;
  readonly name: string;
  readonly port: string | undefined;
  readonly service: Service;
}

const address = /(?:^|:\/\/|@|=|\s)([a-z][a-z0-9-]*)((?:\.[a-z0-9-]+)*)(?::(\d{2,5}))?(?=[/?\s]|$)/;

/** Calls that are plain to see: `host:port` or a URL in the environment, the arguments or a ConfigMap. */
function* callsIn({ model }: Scope): Generator<Call> {
  for (const workload of workloadsOf(model)) {
    for (const spec of podSpecsOf(workload.resource) ?? []) {
      for (const container of itemsAt(spec, 'containers')) {
        const texts = [
          ...itemsAt(container, 'env').map((item) => stringAt(item, 'value')),
          ...itemsAt(container, 'args').map((_, index) => stringAt(container, 'args', index)),
        ];
        for (const text of texts) {
          const found = text && address.exec(text.value);
          if (!found) continue;
          const [, name = '', rest = '', port] = found;
          const namespace = rest === '' ? workload.namespace : (rest.split('.')[1] ?? '');
          const service = servicesOf(model, namespace).find((candidate) => candidate.name === name);
          const isPlain = port !== undefined || text.value.includes('://') || rest.includes('.svc');
          if (!service || !isPlain) continue;
          yield { resource: workload.resource, node: text.node, text: text.value, name, port, service };
        }
      }
    }
  }
}

export const nameMistakes: readonly MistakeKind[] = [
  {
    name: "a Service's name in the environment is misspelt",
    rules: ['dns-name-unresolved'],
    *sites(scope) {
      for (const { resource, node, text, name, service } of callsIn(scope)) {
        const others = servicesOf(scope.model, service.namespace).map((other) => other.name);
        const wrong = misspelt(name, (candidate) => others.includes(candidate));
        const mistake =
          wrong !== undefined &&
          rewrite(
            scope,
            resource,
            node,
            text.replace(address, (all: string) => all.replace(name, wrong)),
          );
        if (mistake) yield mistake;
      }
    },
  },
  {
    name: "a Service's port in the environment is wrong",
    rules: ['dns-port-unmatched'],
    *sites(scope) {
      for (const { resource, node, text, port, service } of callsIn(scope)) {
        if (port === undefined || service.headless || service.type === 'ExternalName') continue;
        if (!service.ports.some(({ port: own }) => String(own.value) === port)) continue;
        const mistake = rewrite(scope, resource, node, text.replace(`:${port}`, `:${Number(port) + 1}`));
        if (mistake) yield mistake;
      }
    },
  },
  {
    name: 'hostNetwork without a DNS policy',
    rules: ['host-network-dns-policy'],
    *sites(scope) {
      const seen = new Set<Resource>();
      for (const { resource } of callsIn(scope)) {
        if (seen.has(resource)) continue;
        seen.add(resource);
        const [spec] = podSpecsOf(resource) ?? [];
        const containers = spec?.type === 'map' ? spec.entries.find(({ key }) => key === 'containers') : undefined;
        if (!containers || containers.value.shared || nodeAt(spec, 'dnsPolicy') || nodeAt(spec, 'hostNetwork'))
          continue;
        const file = containers.value.file ?? resource.file;
        const text = scope.textOf(file);
        const lineStart = text.lastIndexOf('\n', containers.keyStart - 1) + 1;
        const indentation = text.slice(lineStart, containers.keyStart);
        if (!/^ +$/.test(indentation)) continue;
        yield {
          what: 'hostNetwork: true',
          edits: [{ file, start: lineStart, end: lineStart, newText: `${indentation}hostNetwork: true\n` }],
          at: [],
          anywhereIn: file,
        };
      }
    },
  },
];
