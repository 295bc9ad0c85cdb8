import { nodeAt, stringAt } from '../manifest/node';
import { isPlaceholder, labelsAt } from '../model/label';
import { byPlace, openshiftRoutesOf, overwrittenResources, type NetworkModel } from '../model/network-model';
import type { OpenshiftRoute } from '../model/openshift-route';
import type { Report } from './rule';

/** Reports OpenShift Routes whose host and path another one has already. */
export function checkOpenshiftRoutes(model: NetworkModel, report: Report): void {
  const order = byPlace(model);
  const overwritten = overwrittenResources(model);
  const byKey = new Map<string, OpenshiftRoute>();
  for (const route of openshiftRoutesOf(model).toSorted((a, b) => order(a.resource, b.resource))) {
    if (!route.host || overwritten.has(route.resource) || isPlaceholder(route.host.value)) continue;
    const key = keyOf(route, route.host.value);
    const earlier = byKey.get(key);
    if (!earlier) byKey.set(key, route);
    else if (earlier.name !== route.name || earlier.namespace !== route.namespace) reportDouble(route, earlier, report);
  }
}

/** Labels by which routers choose their Routes (router sharding) tell equal hosts apart. */
function keyOf({ resource, path }: OpenshiftRoute, host: string): string {
  const shard = labelsAt(resource.root, 'metadata', 'labels')
    .filter(({ key }) => /router|shard|ingress|exposure|visibility|(^|[-./])type$/i.test(key))
    .map(({ key, value }) => `${key}=${value}`)
    .sort();
  const policy = stringAt(resource.root, 'spec', 'wildcardPolicy')?.value ?? 'None';
  return JSON.stringify([host.toLowerCase(), path ?? '/', policy, shard]);
}

/** The router admits the oldest of them only (OpenShift, HostAlreadyClaimed). */
function reportDouble(route: OpenshiftRoute, earlier: OpenshiftRoute, report: Report): void {
  const name =
    earlier.namespace === route.namespace ? earlier.name : `${earlier.name} in namespace ${earlier.namespace}`;
  const { resource, path, host } = route;
  report({
    resource,
    at: nodeAt(resource.root, 'spec', 'path') ?? host?.node ?? resource.nameNode,
    message: `Route ${name} has host ${host?.value ?? ''}${path ? ` and path ${path}` : ''} too: the router admits the older of the two only. Give one another host or path.`,
    related: [
      {
        resource: earlier.resource,
        message: `Route ${earlier.name}`,
        ...(earlier.host ? { at: earlier.host.node } : {}),
      },
    ],
  });
}
