import type { OffsetRange } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { operatorServiceNamed, printMaker } from '../model/made-services';
import { addGhost, type Drawing } from './drawing';
import { lanes } from './routing-lanes';

/**
 * Adds the ghost of a Service that somebody names and no manifest here declares; clients and routes that name it share one.
 * @param at where it is named
 * @param isSure whether it is missing for certain
 */
export function addMissingService(
  drawing: Drawing,
  namespace: string,
  name: string,
  at: { readonly resource: Resource; readonly place: OffsetRange },
  isSure: boolean,
): string {
  const id = `missing/Service/${namespace}/${name}`;
  const made = operatorServiceNamed(drawing.context.model, namespace, name);
  const subtitle = made ? `Service, made by ${printMaker(made)}` : isSure ? 'no such Service' : 'not declared here';
  addGhost(drawing, { id, namespace, lane: lanes.services, title: name, subtitle }, at.resource, at.place);
  return id;
}
