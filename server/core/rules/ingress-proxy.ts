import { entriesAt, stringAt } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isDefaultClass } from '../model/controllers';
import type { Ingress } from '../model/ingress';
import { clusterResourcesOf, derived, type NetworkModel } from '../model/network-model';

/** How the Ingresses of a class come together. */
export interface IngressProxy {
  /** The class, also the one that an Ingress without class gets where the scope says; empty: not known. */
  readonly className: string;
  /** `own`: each Ingress has a load balancer of its own, unless it says otherwise. */
  readonly sharing: 'shared' | 'own' | 'unknown';
  /** Amazon's load balancers try paths in the order they are written. */
  readonly inWrittenOrder: boolean;
}

/** Controllers with one proxy for all Ingresses of their class, by the names of controllers or, where nothing declares it, of the class. */
const shared = /nginx|traefik|haproxy|kong|contour|istio|openshift|skipper|apisix|voyager|gloo/i;
/** Controllers that as a rule make one load balancer for each Ingress. */
const own = /^(alb|gce|gce-.*|gke-.*|cilium|ngrok)$|\.aws\/|amazonaws|gke\.io|cilium\.io|ngrok/i;
const amazon = /^alb$|\.aws\/|amazonaws/i;

/** Who serves an Ingress, as far as the scope or the names of classes tell. */
export function proxyOf(model: NetworkModel, ingress: Ingress): IngressProxy {
  const className = ingress.className || defaultClass(model);
  const known = derived(model, 'ingress-proxies', () => new Map<string, IngressProxy>());
  const found = known.get(className) ?? readProxy(model, className);
  known.set(className, found);
  return found;
}

function readProxy(model: NetworkModel, className: string): IngressProxy {
  const declared = clusterResourcesOf(model, 'IngressClass').findLast(({ name }) => name === className);
  const text = stringAt(declared?.root, 'spec', 'controller')?.value ?? className;
  return {
    className,
    sharing: own.test(text) ? 'own' : shared.test(text) ? 'shared' : 'unknown',
    inWrittenOrder: amazon.test(text),
  };
}

/** The class of Ingresses without one: empty where no manifest, or more than one, says so. */
function defaultClass(model: NetworkModel): string {
  const names = new Set(
    clusterResourcesOf(model, 'IngressClass')
      .filter(isDefaultClass)
      .map(({ name }) => name),
  );
  const [only] = names;
  return names.size === 1 && only !== undefined ? only : '';
}

/** The annotations of a resource whose values are texts. */
export function annotationsOf({ root }: Resource): ReadonlyMap<string, string> {
  return new Map(
    entriesAt(root, 'metadata', 'annotations').flatMap(({ key, value }) =>
      value.type === 'scalar' && typeof value.value === 'string' ? [[key, value.value] as const] : [],
    ),
  );
}
