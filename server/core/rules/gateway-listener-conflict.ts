import { printListener, type Gateway, type Listener } from '../model/gateway';
import { gatewaysOf } from '../model/network-model';
import { defineRule, type Place, type Report } from './rule';

export const gatewayListenerConflict = defineRule({
  id: 'gateway-listener-conflict',
  title: 'Two listeners of a Gateway that no connection tells apart',
  severity: 'error',
  check(model, report) {
    for (const gateway of gatewaysOf(model)) checkGateway(gateway, report);
  },
});

/** What decides, among the listeners of one port, which of them takes a connection. */
type Family = 'HTTP' | 'TLS' | 'TCP' | 'UDP';

/**
 * Listeners on one port go together when all speak HTTP, told apart by host, or all begin with TLS, told apart by the name the client asks
 * for (API reference, Gateway.spec.listeners). UDP ports are others than those of TCP.
 */
const families: Readonly<Record<string, Family | undefined>> = {
  HTTP: 'HTTP',
  HTTPS: 'TLS',
  TLS: 'TLS',
  TCP: 'TCP',
  UDP: 'UDP',
};

function checkGateway(gateway: Gateway, report: Report): void {
  const byName = new Map<string, Listener>();
  const byPort = new Map<string, Map<Family, Listener>>();
  const byUse = new Map<string, Listener>();
  for (const listener of gateway.listeners) {
    const name = listener.name?.value;
    const twin = name === undefined ? undefined : byName.get(name);
    if (name !== undefined && !twin) byName.set(name, listener);
    const use = useOf(listener);
    const [other, text] = twin ? [twin, sameName(gateway, twin)] : use ? clash(listener, use, byUse, byPort) : [];
    if (other && text) reportPair(gateway, listener, other, text, report);
    if (use) remember(listener, use, byUse, byPort);
  }
}

interface Use {
  readonly family: Family | undefined;
  readonly port: number;
  /** `80` of TCP, or of UDP. */
  readonly transport: string;
  /** Equal for listeners that no connection tells apart. */
  readonly key: string;
}

/** Undefined where it is not all written. A protocol of an implementation's own may mean anything, so only its exact double counts. */
function useOf({ port, protocol, hostname }: Listener): Use | undefined {
  if (!port || !protocol) return undefined;
  const name = protocol.value.toUpperCase();
  const family = Object.hasOwn(families, name) ? families[name] : undefined;
  const host = family === 'TCP' || family === 'UDP' ? '' : (hostname?.value.toLowerCase() ?? '');
  return {
    family,
    port: port.value,
    transport: `${port.value}/${family === 'UDP' ? 'UDP' : 'TCP'}`,
    key: `${port.value} ${family ?? protocol.value} ${host}`,
  };
}

function clash(
  listener: Listener,
  { family, port, transport, key }: Use,
  byUse: ReadonlyMap<string, Listener>,
  byPort: ReadonlyMap<string, ReadonlyMap<Family, Listener>>,
): readonly [Listener, string] | readonly [] {
  const double = byUse.get(key);
  if (double) return [double, sameUse(listener, double, family)];
  const [other] = [...(byPort.get(transport) ?? [])].flatMap(([taken, first]) => (taken === family ? [] : [first]));
  if (!family || !other) return [];
  return [
    other,
    `${capitalized(printListener(listener))} speaks ${protocolOf(listener)} on port ${port}, where ${printListener(other)} speaks ${protocolOf(other)}: the two cannot share a port. Give it another one.`,
  ];
}

function remember(
  listener: Listener,
  { family, transport, key }: Use,
  byUse: Map<string, Listener>,
  byPort: Map<string, Map<Family, Listener>>,
): void {
  if (!byUse.has(key)) byUse.set(key, listener);
  if (!family) return;
  const taken = byPort.get(transport) ?? new Map<Family, Listener>();
  byPort.set(transport, taken);
  if (!taken.has(family)) taken.set(family, listener);
}

function sameName(gateway: Gateway, { name }: Listener): string {
  return `Gateway ${gateway.name} has another listener named ${name?.value ?? ''}: routes and status tell listeners apart by their names. Rename one.`;
}

function sameUse(listener: Listener, double: Listener, family: Family | undefined): string {
  const port = listener.port?.value ?? 0;
  const hosted = family !== 'TCP' && family !== 'UDP';
  const host = listener.hostname ? ` for ${listener.hostname.value}` : ' for every host';
  const protocol = protocolOf(listener);
  const other =
    protocol.toUpperCase() === protocolOf(double).toUpperCase()
      ? 'too'
      : `with ${protocolOf(double)}, which begins with the same handshake`;
  return `${capitalized(printListener(listener))} takes ${protocol} on port ${port}${hosted ? host : ''}, and ${printListener(double)} does ${other}: no connection tells them apart. Give it another ${hosted ? 'hostname or port' : 'port'}.`;
}

function protocolOf({ protocol }: Listener): string {
  return protocol?.value ?? '';
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function reportPair(gateway: Gateway, listener: Listener, other: Listener, message: string, report: Report): void {
  const sameNames = listener.name !== undefined && listener.name.value === other.name?.value;
  const isHosted = !/^(TCP|UDP)$/i.test(protocolOf(listener));
  const at = (one: Listener): Place =>
    (sameNames ? one.name : ((isHosted ? one.hostname : undefined) ?? one.port ?? one.name))?.node ?? one.node;
  report({
    resource: gateway.resource,
    at: at(listener),
    message,
    related: [{ resource: gateway.resource, at: at(other), message: capitalized(printListener(other)) }],
  });
}
