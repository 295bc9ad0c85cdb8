import { stringAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Gateway } from './gateway';
import type { Ingress } from './ingress';
import type { Requirement, Selector } from './label';
import { clusterResourcesOf, type NetworkModel } from './network-model';
import type { OpenshiftRoute } from './openshift-route';
import { selectPods } from './relations';
import type { Workload } from './workload';

/** A way to recognise data-plane pods: labels that their documentation promises. */
interface PodLabels {
  /** The one namespace they are in, where there is one, or where the labels alone could be anybody's. */
  readonly namespace?: string;
  /** All of them must hold. `*` is any value; `{gateway}` and `{namespace}`, also above, are the Gateway's name and namespace. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One kind of thing that brings traffic into the cluster. */
interface Controller {
  /** What people call it. */
  readonly name: string;
  readonly serves: readonly ('Ingress' | 'Gateway' | 'Route')[];
  /** `spec.controller` of its IngressClasses, `spec.controllerName` of its GatewayClasses. A `*` at the end is anything. */
  readonly controllers: readonly string[];
  /** Names that its classes have by convention, for classes that no manifest declares. A `*` at the end is anything. */
  readonly classes: readonly string[];
  /** The pods that carry the traffic, by any of these; not those that only configure them. Empty: no pods carry it. */
  readonly pods: readonly PodLabels[];
}

/** What the Gateway API asks of the pods that are made for one Gateway, beside it (GEP-1762). */
const podsOfGateway: PodLabels = {
  namespace: '{namespace}',
  labels: { 'gateway.networking.k8s.io/gateway-name': '{gateway}' },
};

/**
 * Well-known controllers. To add one, say what its classes name as their controller, what people call its classes, and which labels its
 * documentation or chart gives to the pods that carry the traffic. Two entries may share a class name: whichever is in the scope counts.
 */
const controllers: readonly Controller[] = [
  {
    name: 'Ingress-NGINX',
    serves: ['Ingress'],
    controllers: ['k8s.io/ingress-nginx'],
    classes: ['nginx'],
    pods: [{ labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' } }],
  },
  {
    name: 'NGINX Ingress Controller',
    serves: ['Ingress'],
    controllers: ['nginx.org/ingress-controller'],
    classes: ['nginx'],
    pods: [{ labels: { 'app.kubernetes.io/name': 'nginx-ingress' } }],
  },
  {
    // Its pods are made for one Gateway each; those of its chart only configure them.
    name: 'NGINX Gateway Fabric',
    serves: ['Gateway'],
    controllers: ['gateway.nginx.org/nginx-gateway-controller'],
    classes: ['nginx'],
    pods: [podsOfGateway],
  },
  {
    name: 'Traefik',
    serves: ['Ingress', 'Gateway'],
    controllers: ['traefik.io/ingress-controller', 'traefik.io/gateway-controller'],
    classes: ['traefik'],
    pods: [{ labels: { 'app.kubernetes.io/name': 'traefik' } }, { labels: { app: 'traefik' } }],
  },
  {
    name: 'HAProxy Kubernetes Ingress Controller',
    serves: ['Ingress', 'Gateway'],
    controllers: ['haproxy.org/ingress-controller*', 'haproxy.org/gateway-controller*'],
    classes: ['haproxy'],
    pods: [{ labels: { 'app.kubernetes.io/name': 'kubernetes-ingress' } }, { labels: { run: 'haproxy-ingress' } }],
  },
  {
    name: 'HAProxy Ingress',
    serves: ['Ingress', 'Gateway'],
    controllers: ['haproxy-ingress.github.io/controller*'],
    classes: ['haproxy'],
    pods: [{ labels: { 'app.kubernetes.io/name': 'haproxy-ingress' } }],
  },
  {
    name: 'Contour',
    serves: ['Ingress', 'Gateway'],
    controllers: ['projectcontour.io/ingress-controller', 'projectcontour.io/gateway-controller'],
    classes: ['contour'],
    pods: [
      { labels: { 'app.kubernetes.io/name': 'contour', 'app.kubernetes.io/component': 'envoy' } },
      { namespace: 'projectcontour', labels: { app: 'envoy' } },
      {
        namespace: '{namespace}',
        labels: { 'projectcontour.io/owning-gateway-name': '{gateway}', app: 'envoy-{gateway}' },
      },
    ],
  },
  {
    name: 'Kong',
    serves: ['Ingress', 'Gateway'],
    controllers: ['ingress-controllers.konghq.com/kong', 'konghq.com/kic-gateway-controller'],
    classes: ['kong'],
    pods: [
      { labels: { 'app.kubernetes.io/name': 'kong', 'app.kubernetes.io/component': 'app' } },
      { labels: { app: 'proxy-kong' } },
      { namespace: 'kong', labels: { 'app.kubernetes.io/name': 'gateway', 'app.kubernetes.io/component': 'app' } },
    ],
  },
  {
    name: 'Istio ingress gateway',
    serves: ['Ingress'],
    controllers: ['istio.io/ingress-controller'],
    classes: ['istio'],
    pods: [{ labels: { istio: 'ingressgateway' } }],
  },
  {
    name: 'Istio',
    serves: ['Gateway'],
    controllers: ['istio.io/gateway-controller', 'istio.io/mesh-controller', 'openshift.io/gateway-controller/*'],
    classes: ['istio', 'istio-waypoint', 'openshift-default'],
    pods: [podsOfGateway],
  },
  {
    name: 'Envoy Gateway',
    serves: ['Gateway'],
    controllers: ['gateway.envoyproxy.io/*'],
    classes: ['eg'],
    pods: [
      {
        labels: {
          'gateway.envoyproxy.io/owning-gateway-name': '{gateway}',
          'gateway.envoyproxy.io/owning-gateway-namespace': '{namespace}',
        },
      },
    ],
  },
  {
    name: 'OpenShift router',
    serves: ['Ingress', 'Route'],
    controllers: ['openshift.io/ingress-to-route'],
    classes: ['openshift-default'],
    pods: [{ labels: { 'ingresscontroller.operator.openshift.io/deployment-ingresscontroller': '*' } }],
  },
  {
    // Envoy runs on each node, and its traffic has an identity of its own, not that of a pod.
    name: 'Cilium',
    serves: ['Ingress', 'Gateway'],
    controllers: ['cilium.io/ingress-controller', 'io.cilium/gateway-controller'],
    classes: ['cilium'],
    pods: [],
  },
  {
    name: 'AWS load balancer',
    serves: ['Ingress', 'Gateway'],
    controllers: [
      'ingress.k8s.aws/alb',
      'eks.amazonaws.com/alb',
      'gateway.k8s.aws/*',
      'application-networking.k8s.aws/*',
    ],
    classes: ['alb', 'amazon-vpc-lattice'],
    pods: [],
  },
  {
    name: 'Google Cloud load balancer',
    serves: ['Ingress', 'Gateway'],
    controllers: ['networking.gke.io/gateway'],
    classes: ['gce', 'gce-internal', 'gke-l7-*'],
    pods: [],
  },
  {
    name: 'Azure Application Gateway',
    serves: ['Ingress', 'Gateway'],
    controllers: ['azure/application-gateway', 'alb.networking.azure.io/alb-controller'],
    classes: ['azure/application-gateway', 'azure-application-gateway', 'azure-alb-external', 'azure-alb-internal'],
    pods: [],
  },
];

/** Who brings the traffic of an Ingress, a Gateway or an OpenShift Route. */
export interface ControllerPods {
  /** Empty: pods that no manifest here declares, or none at all (a load balancer of the cloud). */
  readonly pods: readonly Workload[];
  /** Whether the controller is one that we know by name. */
  readonly known: boolean;
}

/**
 * The controller's pods of this scope. By the class and the controller that an IngressClass or GatewayClass names for it; by the name of a
 * class that nothing here declares; for an Ingress without class, by the default class, else whatever single controller is here.
 */
export function controllerPods(model: NetworkModel, served: Ingress | Gateway | OpenshiftRoute): ControllerPods {
  const gateway = 'listeners' in served ? served : undefined;
  const found = controllersOf(model, served);
  const pods = distinct(found.flatMap((controller) => podsOf(model, controller, gateway)));
  if (pods.length > 0 || !gateway) return { pods, known: found.length > 0 };
  const own = select(model, podsOfGateway, gateway);
  return { pods: own, known: found.length > 0 || own.length > 0 };
}

/** A controller as people speak of it. */
export interface ControllerName {
  readonly name: string;
  /** False: a load balancer of the cloud, or something on the nodes. */
  readonly inPods: boolean;
}

/** The controllers that may serve it, as far as its class tells; several where they share the name of the class. */
export function controllerNames(
  model: NetworkModel,
  served: Ingress | Gateway | OpenshiftRoute,
): readonly ControllerName[] {
  return controllersOf(model, served).map(({ name, pods }) => ({ name, inPods: pods.length > 0 }));
}

function controllersOf(model: NetworkModel, served: Ingress | Gateway | OpenshiftRoute): readonly Controller[] {
  if ('listeners' in served) return byClass(model, 'Gateway', served.className?.value ?? '');
  if ('targetPort' in served) return serving('Route');
  if (served.className) return byClass(model, 'Ingress', served.className);
  const defaults = clusterResourcesOf(model, 'IngressClass').filter(isDefaultClass);
  if (defaults.length > 0) return defaults.flatMap((ingressClass) => byController('Ingress', ingressClass));
  const present = serving('Ingress').filter((controller) => podsOf(model, controller, undefined).length > 0);
  return present.length === 1 ? present : [];
}

function serving(kind: Controller['serves'][number]): readonly Controller[] {
  return controllers.filter(({ serves }) => serves.includes(kind));
}

/** By what the class says of itself, when it is declared here: then its name means nothing. */
function byClass(model: NetworkModel, kind: 'Ingress' | 'Gateway', name: string): readonly Controller[] {
  const declared = clusterResourcesOf(model, `${kind}Class`).findLast((resource) => resource.name === name);
  if (declared) return byController(kind, declared);
  return serving(kind).filter(({ classes }) => classes.some((pattern) => fits(pattern, name)));
}

function byController(kind: 'Ingress' | 'Gateway', declared: Resource): readonly Controller[] {
  const field = kind === 'Ingress' ? 'controller' : 'controllerName';
  const name = stringAt(declared.root, 'spec', field)?.value;
  if (name === undefined) return [];
  return serving(kind).filter((controller) => controller.controllers.some((pattern) => fits(pattern, name)));
}

/** Whether an IngressClass is the one of Ingresses without a class. Annotations are texts: an unquoted `true` is refused (API reference, ObjectMeta). */
export function isDefaultClass({ root }: Resource): boolean {
  return stringAt(root, 'metadata', 'annotations', 'ingressclass.kubernetes.io/is-default-class')?.value === 'true';
}

function fits(pattern: string, text: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

function podsOf(model: NetworkModel, controller: Controller, gateway: Gateway | undefined): readonly Workload[] {
  return controller.pods.flatMap((wanted) => select(model, wanted, gateway));
}

function select(model: NetworkModel, wanted: PodLabels, gateway: Gateway | undefined): readonly Workload[] {
  const { namespace, labels } = gateway ? filled(wanted, gateway) : wanted;
  if ([namespace ?? '', ...Object.values(labels)].some((text) => text.includes('{'))) return [];
  const selector = toSelector(labels);
  const namespaces = namespace === undefined ? [...model.contents.keys()].sort() : [namespace];
  return namespaces.flatMap((name) => selectPods(model, name, selector));
}

function filled({ namespace, labels }: PodLabels, gateway: Gateway): PodLabels {
  const fill = (text: string): string =>
    text.replace('{gateway}', () => gateway.name).replace('{namespace}', () => gateway.namespace);
  return {
    ...(namespace === undefined ? {} : { namespace: fill(namespace) }),
    labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, fill(value)])),
  };
}

const nowhere: SourceNode = { type: 'map', entries: [], start: 0, end: 0 };

function toSelector(labels: PodLabels['labels']): Selector {
  const requirements = Object.entries(labels).map(([key, value]): Requirement => {
    return value === '*' ? { key, operator: 'Exists', values: [] } : { key, operator: 'In', values: [value] };
  });
  return { requirements, node: nowhere, valid: true };
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
