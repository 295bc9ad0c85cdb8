import type { DiagramView, ViewEdge, ViewNode } from '../../server/core/views/view';
import { analyze } from '../support/analyze';

export type Files = Readonly<Record<string, string>>;

/** The Service Routing diagram of some manifests. */
export function viewOf(files: Files, scope: Parameters<typeof analyze>[1] = {}): DiagramView {
  const view = analyze(files, scope).analyzer.view({ view: 'services' });
  if (!view) throw new Error('no view');
  return view;
}

const groups: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Ingress: 'networking.k8s.io/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  Gateway: 'gateway.networking.k8s.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  GRPCRoute: 'gateway.networking.k8s.io/v1',
  TCPRoute: 'gateway.networking.k8s.io/v1alpha2',
  ReferenceGrant: 'gateway.networking.k8s.io/v1beta1',
  Route: 'route.openshift.io/v1',
};

export function manifest(kind: string, name: string, rest: string, namespace = 'shop'): string {
  return `apiVersion: ${groups[kind] ?? 'v1'}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\n${rest}\n---\n`;
}

/** @param spec its fields, without the braces */
export function policy(name: string, spec: string, namespace?: string): string {
  return manifest('NetworkPolicy', name, `spec: {${spec}}`, namespace);
}

export function service(name: string, spec: string, namespace?: string): string {
  return manifest('Service', name, `spec: ${spec}`, namespace);
}

/** A Service on port 80 in front of the Deployment of its name. */
export function served(name: string, namespace?: string): string {
  return (
    service(name, `{selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}`, namespace) +
    deployment(name, 8080, '', namespace)
  );
}

/** @param more of the container, such as `env: […]` */
export function deployment(name: string, port = 8080, more = '', namespace?: string): string {
  const container = `{name: c, image: c:1, ports: [{name: http, containerPort: ${port}}]${more === '' ? '' : `, ${more}`}}`;
  return manifest(
    'Deployment',
    name,
    `spec: {template: {metadata: {labels: {app: ${name}}}, spec: {containers: [${container}]}}}`,
    namespace,
  );
}

export function nodeIn(view: DiagramView, id: string): ViewNode {
  const found = view.nodes.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no node ${id} in ${view.nodes.map((candidate) => candidate.id).join(' ')}`);
  return found;
}

/** `Service/shop/a -80 → 8080-> Deployment/shop/a`, with `x` for broken, `?` for unknown and `!` for denied edges. */
export function print({ source, target, label, state }: ViewEdge): string {
  const line = { ok: '-', broken: 'x', unknown: '?', denied: '!', 'half-open': '/', plain: '.' }[state];
  return `${source} ${line}${label}${line}> ${target}`;
}

/** The edges that come from, or go to, nodes whose id begins so. */
export function edgesOf(view: DiagramView, start: string): readonly ViewEdge[] {
  return view.edges.filter(({ source, target }) => source.startsWith(start) || target.startsWith(start));
}
