import { describe, expect, test } from 'vitest';
import { servicesOf } from '../../server/core/model/network-model';
import { printPeer } from '../../server/core/reach/peers';
import { createReach } from '../../server/core/reach/reach';
import { accessTo, type Client } from '../../server/core/reach/service-reach';
import { scopeOfTexts } from '../support/scope-of-folder';

function pods(name: string): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: main, image: i, ports: [{ name: http, containerPort: 8080 }] }] } } }
`;
}

const service = (type: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: api, namespace: shop }
spec: { type: ${type}, selector: { app: api }, ports: [{ name: http, port: 80, targetPort: http }, { name: metrics, port: 9090 }] }
`;

const ingress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: front, namespace: shop }
spec: { defaultBackend: { service: { name: api, port: { name: http } } } }
`;

const policy = (from: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec: { podSelector: { matchLabels: { app: api } }, ingress: [{ from: [${from}], ports: [{ port: http }] }] }
`;

/** `port client answer` for every client of the one Service. */
function access(...texts: readonly string[]): readonly string[] {
  const reach = createReach(scopeOfTexts({ 'all.yaml': texts.join('') }));
  return servicesOf(reach.model).flatMap((found) =>
    [...accessTo(reach, found)].map(
      ({ client, port, answer }) => `${port.port.value} ${printClient(client)} ${String(answer)}`,
    ),
  );
}

function printClient(client: Client): string {
  return client.type === 'pods' ? client.workloads.map(printPeer).join() : client.type;
}

describe('who may come to a Service', () => {
  test('pods of the scope, but not its own; ports apart', () => {
    expect(
      access(
        pods('api'),
        pods('web'),
        pods('job'),
        service('ClusterIP'),
        policy('{ podSelector: { matchLabels: { app: web } } }'),
      ),
    ).toEqual([
      '80 shop/web[Deployment] true',
      '80 shop/job[Deployment] false',
      '9090 shop/web[Deployment] false',
      '9090 shop/job[Deployment] false',
    ]);
  });

  test('the outside where it is published there: one address that gets in suffices', () => {
    expect(access(pods('api'), service('LoadBalancer'))).toEqual(['80 outside true', '9090 outside true']);
    expect(access(pods('api'), service('NodePort'), policy('{ ipBlock: { cidr: 203.0.113.0/24 } }'))).toEqual([
      '80 outside true',
      '9090 outside false',
    ]);
    expect(access(pods('api'), service('ClusterIP'))).toEqual([]);
  });

  test('routes, at the port they lead to; which labels their controller has is unknown', () => {
    expect(access(pods('api'), service('ClusterIP'), ingress)).toEqual(['80 routes true']);
    expect(access(pods('api'), service('ClusterIP'), ingress, policy('{ podSelector: {} }'))).toEqual([
      '80 routes unknown',
    ]);
    expect(access(pods('api'), service('ClusterIP'), ingress, policy('{ ipBlock: { cidr: 203.0.113.0/24 } }'))).toEqual(
      ['80 routes false'],
    );
  });
});
