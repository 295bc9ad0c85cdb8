import { nodeAt, type SourceNode } from '../manifest/node';

/** A question that the kubelet asks a container over the network. */
export interface Probe {
  /** `livenessProbe`, `preStop hook`. */
  readonly name: string;
  readonly action: 'httpGet' | 'tcpSocket' | 'grpc';
  /** As written. */
  readonly port: SourceNode | undefined;
  /** It goes to this host, and not to the pod. */
  readonly host: SourceNode | undefined;
}

const places: readonly (readonly [name: string, ...path: string[]])[] = [
  ['livenessProbe', 'livenessProbe'],
  ['readinessProbe', 'readinessProbe'],
  ['startupProbe', 'startupProbe'],
  ['postStart hook', 'lifecycle', 'postStart'],
  ['preStop hook', 'lifecycle', 'preStop'],
];

/** Every probe and lifecycle hook of a container that goes over the network. */
export function probesOf(container: SourceNode): readonly Probe[] {
  return places.flatMap(([name, ...path]) => {
    const node = nodeAt(container, ...path);
    if (node?.type !== 'map') return [];
    return (['httpGet', 'tcpSocket', 'grpc'] as const).flatMap((action) => {
      const found = nodeAt(node, action);
      if (found?.type !== 'map') return [];
      return [{ name, action, port: nodeAt(found, 'port'), host: nodeAt(found, 'host') }];
    });
  });
}
