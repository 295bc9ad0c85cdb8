import { nodeAt, stringAt } from '../../server/core/manifest/node';
import {
  clusterResourcesOf,
  gatewayRoutesOf,
  gatewaysOf,
  ingressesOf,
  referenceGrantsOf,
  serviceNamed,
  servicesOf,
} from '../../server/core/model/network-model';
import { expectedAt, misspelt, rewrite, spotOf, type MistakeKind, type Scope } from './mistake';

function isService({ model }: Scope, namespace: string, name: string): boolean {
  return servicesOf(model, namespace).some((service) => service.name === name);
}

export const routeMistakes: readonly MistakeKind[] = [
  {
    name: "an Ingress's backend is misspelt",
    rules: ['route-backend-unmatched'],
    *sites(scope) {
      for (const { resource, namespace, routes } of ingressesOf(scope.model)) {
        for (const { service } of routes.map(({ backend }) => backend)) {
          if (!isService(scope, namespace, service.value)) continue;
          const wrong = misspelt(service.value, (name) => isService(scope, namespace, name));
          const mistake = wrong !== undefined && rewrite(scope, resource, service.node, wrong);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: "an Ingress's backend has a wrong port",
    rules: ['route-backend-unmatched'],
    *sites(scope) {
      for (const { resource, namespace, routes } of ingressesOf(scope.model)) {
        for (const { service, port } of routes.map(({ backend }) => backend)) {
          const known = serviceNamed(scope.model, namespace, service.value);
          if (!known || typeof port?.value !== 'number') continue;
          const mistake = rewrite(scope, resource, port.node, port.value + 1);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: "a route's backend is misspelt",
    rules: ['route-backend-unmatched'],
    *sites(scope) {
      for (const { resource, namespace, rules } of gatewayRoutesOf(scope.model)) {
        for (const backend of rules.flatMap(({ backendRefs }) => backendRefs)) {
          const where = backend.namespace?.value ?? namespace;
          if (!isService(scope, where, backend.name.value)) continue;
          const wrong = misspelt(backend.name.value, (name) => isService(scope, where, name));
          const mistake = wrong !== undefined && rewrite(scope, resource, backend.name.node, wrong);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: "a route's backend has a wrong port",
    rules: ['route-backend-unmatched'],
    *sites(scope) {
      for (const { resource, namespace, rules } of gatewayRoutesOf(scope.model)) {
        for (const backend of rules.flatMap(({ backendRefs }) => backendRefs)) {
          const known = serviceNamed(scope.model, backend.namespace?.value ?? namespace, backend.name.value);
          if (!known || known.headless || !backend.port) continue;
          const mistake = rewrite(scope, resource, backend.port.node, backend.port.value + 1);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'the Gateway of a route is misspelt',
    rules: ['gateway-parent-unmatched'],
    *sites(scope) {
      for (const { resource, namespace, parentRefs } of gatewayRoutesOf(scope.model)) {
        for (const parent of parentRefs) {
          const gateways = gatewaysOf(scope.model, parent.namespace?.value ?? namespace);
          if (parent.kind !== 'Gateway' || !gateways.some(({ name }) => name === parent.name.value)) continue;
          const wrong = misspelt(parent.name.value, (other) => gateways.some(({ name }) => name === other));
          const mistake = wrong !== undefined && rewrite(scope, resource, parent.name.node, wrong);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'the listener of a route is misspelt',
    rules: ['gateway-parent-unmatched'],
    *sites(scope) {
      for (const { resource, namespace, parentRefs } of gatewayRoutesOf(scope.model)) {
        for (const { name, sectionName, namespace: other } of parentRefs) {
          const gateway = gatewaysOf(scope.model, other?.value ?? namespace).find((one) => one.name === name.value);
          if (!sectionName || !gateway) continue;
          const wrong = `${sectionName.value}s`;
          if (gateway.listeners.some((listener) => listener.name?.value === wrong)) continue;
          const mistake = rewrite(scope, resource, sectionName.node, wrong);
          if (mistake) yield mistake;
        }
      }
    },
  },
  {
    name: 'two listeners of a Gateway are for the same',
    rules: ['gateway-listener-conflict'],
    *sites(scope) {
      for (const { resource, listeners } of gatewaysOf(scope.model)) {
        const [first, second, third] = listeners;
        if (!first?.port || !second?.port || third || first.port.value === second.port.value) continue;
        if (first.protocol?.value !== second.protocol?.value || first.hostname?.value !== second.hostname?.value)
          continue;
        const mistake = rewrite(scope, resource, second.port.node, first.port.value);
        const found =
          mistake &&
          expectedAt(
            mistake,
            ...[first, second].flatMap(({ node, port, name }) => [
              spotOf(resource, node),
              spotOf(resource, port?.node),
              spotOf(resource, name?.node),
            ]),
          );
        if (found) yield found;
      }
    },
  },
  {
    name: "a ReferenceGrant's namespace is misspelt",
    rules: ['reference-grant-missing'],
    *sites(scope) {
      for (const { resource, namespace, rules } of gatewayRoutesOf(scope.model)) {
        for (const backend of rules.flatMap(({ backendRefs }) => backendRefs)) {
          const where = backend.namespace?.value ?? namespace;
          if (where === namespace || !isService(scope, where, backend.name.value)) continue;
          const [grant, second] = referenceGrantsOf(scope.model, where);
          if (!grant || second) continue;
          const node = nodeAt(grant.resource.root, 'spec', 'from', 0, 'namespace');
          const mistake = rewrite(scope, grant.resource, node, `${namespace}-x`);
          const found = expectedAt(
            mistake,
            spotOf(resource, backend.node),
            spotOf(resource, backend.name.node),
            spotOf(resource, backend.namespace?.node),
          );
          if (found) yield found;
        }
      }
    },
  },
  {
    name: 'a TLS host is misspelt',
    rules: ['route-tls-mismatch'],
    *sites(scope) {
      for (const { resource, tls, hosts } of ingressesOf(scope.model)) {
        for (const host of tls.flatMap((entry) => entry.hosts)) {
          if (!hosts.some(({ value }) => value === host.value)) continue;
          const wrong = misspelt(host.value);
          const mistake = wrong !== undefined && rewrite(scope, resource, host.node, wrong);
          const theirs = hosts.map(({ node }) => spotOf(resource, node)).filter((spot) => spot !== undefined);
          if (mistake) yield { ...mistake, at: [...mistake.at, ...theirs] };
        }
      }
    },
  },
  {
    name: 'an ingress class is misspelt',
    rules: ['ingress-class-unknown'],
    *sites(scope) {
      const classes = clusterResourcesOf(scope.model, 'IngressClass').map(({ name }) => name);
      for (const { resource } of ingressesOf(scope.model)) {
        const name = stringAt(resource.root, 'spec', 'ingressClassName');
        if (!name || !classes.includes(name.value)) continue;
        const wrong = misspelt(name.value);
        const mistake = wrong !== undefined && rewrite(scope, resource, name.node, wrong);
        if (mistake) yield mistake;
      }
    },
  },
  {
    name: 'two Ingresses are for the same host and path',
    rules: ['route-conflict'],
    *sites(scope) {
      for (const ingress of ingressesOf(scope.model)) {
        const { resource, routes } = ingress;
        const own = routes.filter(({ path, host }) => path !== undefined && host === routes[0]?.host);
        const [first, second] = own;
        if (!first?.path || !second?.path || first.path === second.path || first.pathType !== second.pathType) continue;
        const mistake = rewrite(scope, resource, nodeAt(second.node, 'path'), first.path);
        const theirs = [nodeAt(first.node, 'path'), nodeAt(second.node, 'path'), first.node, second.node];
        const found = expectedAt(mistake, ...theirs.map((node) => spotOf(resource, node)));
        if (found) yield found;
      }
    },
  },
];
