import type { Severity } from '../finding';
import type { Resource } from '../manifest/resource';
import type { NetworkModel } from '../model/network-model';
import { lowered } from './rule';

/** What is unnecessary in a rendered chart may be needed with other values. */
function isOfTemplate(model: NetworkModel, resource: Resource): boolean {
  return model.scope.kind === 'helm' || resource.root.shared === true;
}

/** How loudly something is said to be unnecessary. */
export function severityOf(model: NetworkModel, resource: Resource): Severity {
  return isOfTemplate(model, resource) ? lowered('warning') : 'warning';
}

/** A sentence for what a chart's values may change; nothing for manifests as they are written. */
export function ofTemplate(model: NetworkModel, resource: Resource): string {
  return isOfTemplate(model, resource) ? ' That is so with the values at hand.' : '';
}
