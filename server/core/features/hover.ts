import type { Resource } from '../manifest/resource';
import { ingressFrom, policyFrom, serviceFrom, workloadsFrom } from '../model/relations';
import { makesPods } from '../model/workload';
import { cursorAt, type Cursor } from './cursor';
import type { FeatureContext, Hover } from './feature-context';
import { hoverIngress } from './hover-ingress';
import { hoverNamespace } from './hover-namespace';
import { hoverPolicy } from './hover-policy';
import { hoverEndpoints, hoverService } from './hover-service';
import { hoverWorkload } from './hover-workload';

/** What is known about the thing at a zero-based offset of a file that has a part in the resource; undefined where there is nothing to say. */
export function hoverAt(context: FeatureContext, resource: Resource, file: string, offset: number): Hover | undefined {
  const cursor = cursorAt(resource, file, offset);
  if (!cursor || isForeign(cursor)) return undefined;
  const blocks = blocksAt(context, resource, cursor);
  return blocks && blocks.length > 0 ? { markdown: blocks.join('\n\n'), ...cursor.range } : undefined;
}

/** Annotations and the status speak of other things than the resource's place in the network. */
function isForeign({ path }: Cursor): boolean {
  return path[0] === 'status' || (path[0] === 'metadata' && path[1] === 'annotations');
}

function blocksAt(context: FeatureContext, resource: Resource, cursor: Cursor): readonly string[] | undefined {
  const { model } = context;
  if (makesPods(resource))
    return workloadsFrom(model, resource).flatMap((workload) => hoverWorkload(context, workload, cursor) ?? []);
  switch (resource.kind) {
    case 'Service': {
      const service = serviceFrom(model, resource);
      return service && hoverService(context, service, cursor);
    }
    case 'NetworkPolicy': {
      const policy = policyFrom(model, resource);
      return policy && hoverPolicy(context, policy, cursor);
    }
    case 'Ingress': {
      const ingress = ingressFrom(model, resource);
      return ingress && hoverIngress(context, ingress, cursor);
    }
    case 'Namespace':
      return hoverNamespace(context, resource);
    case 'Endpoints':
    case 'EndpointSlice':
      return hoverEndpoints(resource);
    default:
      return undefined;
  }
}
