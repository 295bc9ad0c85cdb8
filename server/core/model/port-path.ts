import { targetOf, targetsIn, type Service, type ServicePort } from './service';
import type { ContainerPort, Workload } from './workload';

/** Where a Service port leads in the pods of one workload. */
export interface PortPath {
  /** The number traffic arrives at; undefined when a name is declared by no container: then there is no endpoint. */
  readonly number: number | undefined;
  /** The container port it was found in; undefined for a number that no container declares. */
  readonly declared: ContainerPort | undefined;
}

/**
 * Follows a Service port into a workload's pods. Where several containers declare the name, the first one counts (endpoints
 * controller, FindPort); a number needs no declaration (API reference, ServicePort.targetPort).
 */
export function followPort(port: ServicePort, workload: Workload): PortPath {
  const target = targetOf(port);
  const [declared] = targetsIn(port, workload);
  return { number: typeof target === 'number' ? target : declared?.number, declared };
}

/**
 * `80 → 8080 (http)`, or `80 → http` where the name is not found; only `80` where nothing is translated. A headless Service translates
 * nothing: DNS answers with the pods' addresses.
 */
export function printPortPath({ headless }: Service, port: ServicePort, { number, declared }: PortPath): string {
  const to = number ?? targetOf(port);
  const name = declared?.name ? ` (${declared.name.value})` : '';
  const protocol = port.protocol === 'TCP' ? '' : `/${port.protocol}`;
  if (headless || to === port.port.value) return `${to}${protocol}${name}`;
  return `${port.port.value}${protocol} → ${to}${name}`;
}

/** `http 8080/TCP`, as kubectl prints ports, with the name in front. */
export function printContainerPort(port: ContainerPort): string {
  return `${port.name ? `${port.name.value} ` : ''}${port.number}/${port.protocol}`;
}
