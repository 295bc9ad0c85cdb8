import { describe, expect, it } from 'vitest';
import { analyze } from '../support/analyze';
import { shop } from '../support/shop';

const { hoverOn } = analyze(shop);
const services = (text: string): string => hoverOn('services.yaml', text)?.markdown ?? '';

describe('hover on a Service', () => {
  it('says its type, namespace, names, ports and pods', () => {
    expect(services('name: backend')).toBe(`**Service** \`backend\` · NodePort · namespace \`shop\`

DNS: \`backend\`, \`backend.shop\`, \`backend.shop.svc\`, \`backend.shop.svc.cluster.local\`

| Port | Node port | Target port |
| --- | --- | --- |
| \`http 80/TCP\` | 30080 | \`http\`: not found in [DaemonSet agent](file:///project/workloads.yaml#L25,19), 8080 in [Deployment backend](file:///project/workloads.yaml#L4,9) |
| \`metrics 9090/TCP\` | assigned | 9090 |

**Pods** with \`app=backend, tier=api\`

- [DaemonSet agent](file:///project/workloads.yaml#L25,19) one per node · \`web 8081/TCP\`
- [Deployment backend](file:///project/workloads.yaml#L4,9) ×3 · \`http 8080/TCP\`, \`9090/TCP\``);
  });

  it('speaks of the thing under the cursor', () => {
    expect(hoverOn('services.yaml', 'backend')?.thing).toBe('name: backend');
    expect(hoverOn('services.yaml', 'selector:')?.thing).toBe('selector');
    expect(hoverOn('services.yaml', 'tier: api')?.thing).toBe('tier: api');
  });

  it('says that nothing matches its selector', () => {
    expect(services('name: frontend')).toContain('**No pods**: nothing in namespace `shop` matches `app=fronted`.');
    expect(services('name: frontend')).toContain('ClusterIP (default)');
  });

  it('says what an ExternalName is', () => {
    expect(services('name: database')).toContain('An alias in DNS (CNAME) of `db.example.com`.');
  });

  it('says that endpoints are written by hand', () => {
    expect(services('name: legacy')).toContain('No selector: the endpoints are written by hand');
    expect(services('kind: Endpoints')).toContain('Endpoints of Service `legacy`, written by hand.');
  });

  it('tells an unwritten namespace and a headless Service', () => {
    const markdown = services('name: canary');
    expect(markdown).toContain('ClusterIP (default) · headless');
    expect(markdown).toContain('namespace `default` (not written: `default`, or what `kubectl -n` says)');
    expect(markdown).toContain("DNS answers with the pods' own addresses");
  });

  it('names the scope that sets the namespace', () => {
    const { hover } = analyze({
      'overlays/prod/kustomization.yaml': 'namespace: prod\nresources: [a.yaml]\n',
      'overlays/prod/a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: $0a}\nspec: {}',
    });
    expect(hover()).toContain('namespace `prod` (set by `overlays/prod`)');
  });

  it('admits that an incomplete scope may lack the pods', () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata: {name: $0a}\nspec: {selector: {app: a}}';
    expect(analyze({ 'a.yaml': text }, { complete: false }).hover()).toContain('This scope is incomplete');
  });

  it('says nothing on annotations, comments and white space', () => {
    const text = 'apiVersion: v1\nkind: Service # comment\nmetadata:\n  annotations: {note: x}\n  name: a\nspec: {}\n';
    const { hoverOn: on } = analyze({ 'a.yaml': text });
    expect(on('a.yaml', 'comment')).toBeUndefined();
    expect(on('a.yaml', 'note')).toBeUndefined();
    expect(on('a.yaml', '  name')).toBeUndefined();
  });
});

describe('hover on a target port', () => {
  it('says where it leads, workload by workload', () => {
    expect(services('targetPort: http')).toBe(`**Port** \`http 80/TCP\`, on every node 30080 → target port \`http\`

- [DaemonSet agent](file:///project/workloads.yaml#L25,19): no TCP port is named \`http\`, so it gets no traffic
- [Deployment backend](file:///project/workloads.yaml#L4,9): 8080 \`http\` of container \`api\``);
  });

  it('tells a number that no container declares', () => {
    expect(services('targetPort: 8080')).toContain('8080, which no container declares (it may listen all the same)');
  });
});
