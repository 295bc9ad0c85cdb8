/**
 * The manifests of a cluster as reachability sees it: workloads in 20 namespaces, half of them under a policy of their own that admits by
 * pod, by namespace and by address, by number, by name and by range; every fourth closes egress but for DNS and a few.
 * @param workloads how many; half as many policies come with them
 */
export function generateCluster(workloads: number): string {
  const namespaces = Array.from({ length: 20 }, (_, index) => namespace(index));
  const apps = Array.from({ length: workloads }, (_, index) => deployment(index));
  const policies = Array.from({ length: workloads / 2 }, (_, index) => policy(index * 2));
  return [...namespaces, ...apps, ...policies].map((object) => JSON.stringify(object)).join('\n---\n');
}

function namespace(index: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: `ns-${index}`, labels: { env: ['dev', 'test', 'prod'][index % 3] } },
  };
}

function deployment(index: number): object {
  const labels = { app: `app-${index}`, tier: `tier-${index % 5}`, team: `team-${index % 7}` };
  const ports = [
    { name: 'http', containerPort: 8080 + (index % 3) },
    { name: 'metrics', containerPort: 9090 },
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `app-${index}`, namespace: `ns-${index % 20}` },
    spec: {
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'example/app:1', ports }] } },
    },
  };
}

function policy(index: number): object {
  const from = [
    { podSelector: { matchLabels: { tier: `tier-${(index + 1) % 5}` } } },
    {
      namespaceSelector: { matchLabels: { env: 'prod' } },
      podSelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: [`team-${index % 7}`] }] },
    },
    { ipBlock: { cidr: `10.${index % 200}.0.0/16`, except: [`10.${index % 200}.1.0/24`] } },
  ];
  const to = [
    { namespaceSelector: {}, podSelector: { matchLabels: { tier: `tier-${index % 5}` } } },
    { ipBlock: { cidr: '203.0.113.0/24' } },
  ];
  const egress = [{ to, ports: [{ port: 'http' }] }, { ports: [{ port: 53, protocol: 'UDP' }, { port: 53 }] }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${index}`, namespace: `ns-${index % 20}` },
    spec: {
      podSelector: { matchLabels: { app: `app-${index}` } },
      ingress: [
        { from, ports: [{ port: 'http' }, { port: 9000, endPort: 9000 + (index % 100) }] },
        { from: [{ podSelector: {} }], ports: [{ port: 'metrics' }] },
      ],
      ...(index % 8 === 0 ? { egress } : {}),
    },
  };
}
