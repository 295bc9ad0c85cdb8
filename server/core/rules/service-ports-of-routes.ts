import { itemsAt, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPlaceholder } from '../model/label';
import { looksLikePatch } from '../model/patch';
import type { Service } from '../model/service';
import { replaceScalar } from './edits';
import type { FixDraft } from './rule';

/** Whether every port of a Service could be read: one that is filled in later, or that a patch leaves out, may be the one. */
export function arePortsKnown(service: Service): boolean {
  return (
    !looksLikePatch(service.resource) &&
    itemsAt(service.resource.root, 'spec', 'ports').length === service.ports.length &&
    !service.ports.some(({ name }) => name && isPlaceholder(name.value))
  );
}

/** The fix that writes another port, in the style of the one that is written. */
export function replacement(
  resource: Resource,
  port: Sourced<number | string>,
  value: number | string,
): readonly FixDraft[] {
  const edit = replaceScalar(resource, port.node, value);
  return edit ? [{ title: `Change ${JSON.stringify(port.value)} to ${JSON.stringify(value)}`, edits: [edit] }] : [];
}
