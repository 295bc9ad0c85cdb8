import { namespaceOf } from '../model/network-model';
import { printConnections } from '../reach/connection-set';
import { everything, nothing, type ConnectionId } from '../reach/connection-table';
import { listed, printPolicy } from '../reach/describe-form';
import type { CompiledPolicy, Reach } from '../reach/reach';
import { nodeId } from './drawing';

/** `a, b and 3 more`. */
export function firstAndMore(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}

/** `NetworkPolicy shop/web and NetworkPolicy shop/api`. */
export function printPolicies(policies: readonly CompiledPolicy[]): string {
  return listed(
    policies.map(({ form }) => printPolicy(form)),
    'and',
  );
}

/** The id of a policy's node. */
export function policyId({ form: { resource } }: CompiledPolicy): string {
  return nodeId(resource.kind, namespaceOf(resource), resource.name);
}

/** `All`, `TCP 80,443`: short, for an edge. */
export function printShort({ connections }: Reach, id: ConnectionId): string {
  if (id === everything) return 'All';
  return id === nothing ? '' : printConnections(connections.setOf(id));
}
