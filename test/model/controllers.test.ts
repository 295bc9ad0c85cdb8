import { describe, expect, it } from 'vitest';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { controllerPods } from '../../server/core/model/controllers';
import {
  createModel,
  gatewaysOf,
  ingressesOf,
  openshiftRoutesOf,
  replaceFile,
  type NetworkModel,
} from '../../server/core/model/network-model';

const uri = 'file:///a.yaml';

function modelOf(...documents: readonly string[]): NetworkModel {
  const scope = { name: 'test', kind: 'directory', root: 'file:///', complete: true, files: [uri] } as const;
  const model = createModel(scope, []);
  replaceFile(model, uri, readManifest(uri, documents.join('\n---\n')).resources, false);
  return model;
}

const pods = (name: string, labels: string, namespace = 'ingress'): string =>
  `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: ${name}, namespace: ${namespace} }, spec: { template: { metadata: { labels: { ${labels} } }, spec: { containers: [] } } } }`;
const ingress = (className?: string, annotation?: string): string =>
  `{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: i${annotation === undefined ? '' : `, annotations: { kubernetes.io/ingress.class: "${annotation}" }`} }, spec: {${className === undefined ? '' : ` ingressClassName: ${className} `}} }`;
const ingressClass = (name: string, controller: string, annotations = ''): string =>
  `{ apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: { name: ${name}, annotations: { ${annotations} } }, spec: { controller: ${controller} } }`;
const isDefault = 'ingressclass.kubernetes.io/is-default-class: "true"';
const gateway = (className: string, name = 'gw', namespace = 'infra'): string =>
  `{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: ${name}, namespace: ${namespace} }, spec: { gatewayClassName: ${className} } }`;
const gatewayClass = (name: string, controller: string): string =>
  `{ apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: { name: ${name} }, spec: { controllerName: ${controller} } }`;

const ingressNginx = 'app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller';
const nginxInc = 'app.kubernetes.io/name: nginx-ingress, app.kubernetes.io/instance: x';

/** What serves the first Ingress, Gateway or Route: names of workloads, and `?` when the controller is not known. */
function served(...documents: readonly string[]): string {
  const model = modelOf(...documents);
  const [first] = [...ingressesOf(model), ...gatewaysOf(model), ...openshiftRoutesOf(model)];
  if (!first) throw new Error('nothing to serve');
  const { pods: found, known } = controllerPods(model, first);
  return [...found.map(({ name }) => name), ...(known ? [] : ['?'])].join(' ');
}

describe('controllerPods of an Ingress', () => {
  const nginx = pods('nginx', ingressNginx);

  it.each([
    ['by the controller of its class', 'nginx', ingress('web'), ingressClass('web', 'k8s.io/ingress-nginx'), nginx],
    [
      'in any namespace',
      'nginx',
      ingress('web'),
      ingressClass('web', 'k8s.io/ingress-nginx'),
      pods('nginx', ingressNginx, 'x'),
    ],
    ['by the conventional name of its class', 'nginx', ingress('nginx'), nginx],
    ['by the annotation of old', 'nginx', ingress(undefined, 'nginx'), nginx],
    ['whichever of two with that name is here', 'inc', ingress('nginx'), pods('inc', nginxInc)],
    [
      'never by a name that a class gives another meaning',
      '?',
      ingress('nginx'),
      ingressClass('nginx', 'acme.io/x'),
      nginx,
    ],
    ['never the controller of another class', '', ingress('traefik'), nginx],
    ['a class that nobody knows', '?', ingress('internal'), nginx],
    [
      'not the pods of its admission webhook',
      '',
      ingress('nginx'),
      pods('hook', 'app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: admission-webhook'),
    ],
    ['none here: known all the same', '', ingress('nginx')],
    [
      'without class, by the default one',
      'nginx',
      ingress(),
      ingressClass('a', 'k8s.io/ingress-nginx', isDefault),
      nginx,
      pods('t', 'app.kubernetes.io/name: traefik'),
    ],
    [
      'an empty class is none',
      'nginx',
      ingress(undefined, ''),
      ingressClass('a', 'k8s.io/ingress-nginx', isDefault),
      nginx,
    ],
    [
      'two installations under one controller name',
      'nginx t',
      ingress('both'),
      ingressClass('both', 'k8s.io/ingress-nginx'),
      nginx,
      pods('t', ingressNginx, 'z'),
    ],
    ['a default that nobody knows', '?', ingress(), ingressClass('a', 'acme.io/x', isDefault), nginx],
    [
      'a default of `false` is none',
      'nginx',
      ingress(),
      ingressClass('a', 'acme.io/x', isDefault.replace('true', 'false')),
      nginx,
    ],
    ['without any class, by the single controller', 'nginx', ingress(), nginx],
    ['without any class, by none of two', '?', ingress(), nginx, pods('t', 'app.kubernetes.io/name: traefik')],
    ['without any class or controller', '?', ingress()],
    [
      'a class whose controller carries its own class',
      'ha',
      ingress('web'),
      ingressClass('web', 'haproxy.org/ingress-controller/web'),
      pods('ha', 'app.kubernetes.io/name: kubernetes-ingress'),
    ],
    ['a load balancer of the cloud: no pods, ever', '', ingress('alb'), nginx],
    ['the same by its class', '', ingress('web'), ingressClass('web', 'ingress.k8s.aws/alb'), nginx],
    ["labels that are anybody's, elsewhere", '', ingress('contour'), pods('mine', 'app: envoy', 'shop')],
    ['the same where they are installed', 'theirs', ingress('contour'), pods('theirs', 'app: envoy', 'projectcontour')],
    [
      'not what configures the proxies',
      '',
      ingress('contour'),
      pods('contour', 'app.kubernetes.io/name: contour, app.kubernetes.io/component: contour'),
    ],
  ])('%s', (_, expected, ...documents) => {
    expect(served(...documents)).toBe(expected);
  });

  it.each([
    ['nginx.org/ingress-controller', nginxInc, 'shop'],
    ['traefik.io/ingress-controller', 'app.kubernetes.io/name: traefik', 'shop'],
    ['haproxy.org/ingress-controller', 'app.kubernetes.io/name: kubernetes-ingress', 'shop'],
    ['haproxy-ingress.github.io/controller', 'app.kubernetes.io/name: haproxy-ingress', 'shop'],
    [
      'projectcontour.io/ingress-controller',
      'app.kubernetes.io/name: contour, app.kubernetes.io/component: envoy',
      'shop',
    ],
    ['ingress-controllers.konghq.com/kong', 'app.kubernetes.io/name: kong, app.kubernetes.io/component: app', 'shop'],
    [
      'ingress-controllers.konghq.com/kong',
      'app.kubernetes.io/name: gateway, app.kubernetes.io/component: app',
      'kong',
    ],
    ['istio.io/ingress-controller', 'istio: ingressgateway', 'istio-system'],
    [
      'openshift.io/ingress-to-route',
      'ingresscontroller.operator.openshift.io/deployment-ingresscontroller: internal',
      'openshift-ingress',
    ],
  ])('%s: pods with %s', (controller, labels, namespace) => {
    expect(served(ingress('a'), ingressClass('a', controller), pods('found', labels, namespace))).toBe('found');
  });

  it.each(['ingress.k8s.aws/alb', 'azure/application-gateway', 'cilium.io/ingress-controller'])(
    '%s: no pods',
    (controller) => {
      expect(served(ingress('a'), ingressClass('a', controller), nginx)).toBe('');
    },
  );

  it.each(['traefik', 'haproxy', 'contour', 'kong', 'istio', 'alb', 'gce', 'cilium', 'azure/application-gateway'])(
    'knows what is meant by class %s',
    (className) => {
      expect(served(ingress(className))).toBe('');
    },
  );
});

describe('controllerPods of a Gateway', () => {
  const own = pods('own', 'gateway.networking.k8s.io/gateway-name: gw', 'infra');
  const envoy = pods(
    'envoy',
    'gateway.envoyproxy.io/owning-gateway-name: gw, gateway.envoyproxy.io/owning-gateway-namespace: infra',
    'envoy-gateway-system',
  );

  it.each([
    ['pods made for it', 'own', gateway('a'), gatewayClass('a', 'istio.io/gateway-controller'), own],
    ['pods made for it, by a controller that nobody knows', 'own', gateway('a'), gatewayClass('a', 'acme.io/x'), own],
    ['pods made for it, its class declared elsewhere', 'own', gateway('a'), own],
    [
      'not those made for another',
      '',
      gateway('istio'),
      pods('other', 'gateway.networking.k8s.io/gateway-name: gw2', 'infra'),
    ],
    [
      'nor for its namesake in another namespace',
      '',
      gateway('istio'),
      pods('other', 'gateway.networking.k8s.io/gateway-name: gw', 'shop'),
    ],
    ['not the ingress gateway of old', '', gateway('istio'), pods('old', 'istio: ingressgateway', 'istio-system')],
    ['Envoy Gateway, in a namespace of its own', 'envoy', gateway('eg'), envoy],
    [
      'Envoy Gateway under a controller name of its own',
      'envoy',
      gateway('a'),
      gatewayClass('a', 'gateway.envoyproxy.io/marketing'),
      envoy,
    ],
    ['Envoy Gateway, for a namesake', '', gateway('eg', 'gw', 'shop'), envoy],
    ['Envoy Gateway beside the Gateway', 'own', gateway('eg'), own],
    [
      'a controller with pods for all',
      'traefik',
      gateway('a'),
      gatewayClass('a', 'traefik.io/gateway-controller'),
      pods('traefik', 'app.kubernetes.io/name: traefik'),
    ],
    [
      'Contour, provisioned',
      'envoy',
      gateway('contour'),
      pods('envoy', 'projectcontour.io/owning-gateway-name: gw, app: envoy-gw', 'infra'),
      pods('contour', 'projectcontour.io/owning-gateway-name: gw, app: contour-gw', 'infra'),
    ],
    ['class nginx is another thing than for Ingresses', '', gateway('nginx'), pods('nginx', ingressNginx)],
    ['NGINX Gateway Fabric', 'own', gateway('nginx'), own],
    [
      'a controller that only takes Ingresses',
      '?',
      gateway('a'),
      gatewayClass('a', 'k8s.io/ingress-nginx'),
      pods('nginx', ingressNginx),
    ],
    ['a load balancer of the cloud', '', gateway('gke-l7-global-external-managed')],
    ['Cilium', '', gateway('a'), gatewayClass('a', 'io.cilium/gateway-controller')],
    ['nobody knows', '?', gateway('prod')],
  ])('%s', (_, expected, ...documents) => {
    expect(served(...documents)).toBe(expected);
  });
});

describe('controllerPods of an OpenShift Route', () => {
  const route = '{ apiVersion: route.openshift.io/v1, kind: Route, metadata: { name: r }, spec: {} }';

  it('is the router, whatever else is here', () => {
    const router = pods('router', 'ingresscontroller.operator.openshift.io/deployment-ingresscontroller: default');
    expect(served(route, router, pods('nginx', ingressNginx))).toBe('router');
    expect(served(route, pods('nginx', ingressNginx))).toBe('');
  });
});
