import { describe, expect, it } from 'vitest';
import { analyze } from '../support/analyze';
import { shop } from '../support/shop';

const { hoverOn } = analyze(shop);
const policies = (text: string): string => hoverOn('policies.yaml', text)?.markdown ?? '';
const policy = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: ${spec}\n`;

describe('hover on a NetworkPolicy', () => {
  it('says whom it selects, what it admits and what it denies by silence', () => {
    expect(policies('name: backend')).toBe(`**NetworkPolicy** \`backend\` · namespace \`shop\`

Selects \`app=backend\` (2 workloads): [DaemonSet agent](file:///project/workloads.yaml#L25,19), [Deployment backend](file:///project/workloads.yaml#L4,9)

**Ingress**: admits only connections

- from pods app=frontend of this namespace or all pods of namespaces team=web or 10.0.0.0/8 except 10.1.0.0/16 on TCP http, TCP 80

**Egress**: no rules for Egress, so all egress of these pods is denied, unless another policy allows it.

Also on these pods, each adding what it allows: [NetworkPolicy deny](file:///project/policies.yaml#L21,19)`);
  });

  it('leaves the other direction as it is', () => {
    expect(policies('name: deny')).toContain('Selects every pod of the namespace (3 workloads)');
    expect(policies('name: deny')).toContain('**Egress**: left as it is by this policy.');
  });

  it('says that rules do nothing without their policy type', () => {
    const { hover } = analyze({ 'a.yaml': policy('{$0policyTypes: [Ingress], podSelector: {}, egress: [{}]}') });
    expect(hover()).toContain('Its egress rules do nothing, as `policyTypes` leaves Egress out.');
  });

  it('explains one rule, with the pods of its peers', () => {
    const markdown = policies('from:');
    expect(markdown).toContain('**Ingress rule**: admits connections from pods app=frontend of this namespace or');
    expect(markdown).toContain('- [Deployment frontend](file:///project/workloads.yaml#L34,19) ×1 · `web 8000/TCP`');
  });

  it('resolves a named port at the selected pods', () => {
    expect(policies('port: http')).toBe(`**TCP port \`http\`** at the selected pods

- [DaemonSet agent](file:///project/workloads.yaml#L25,19): no TCP port of that name, so this opens nothing
- [Deployment backend](file:///project/workloads.yaml#L4,9): 8080`);
  });

  it("warns of the Service's port in place of the pods'", () => {
    expect(policies('port: 80')).toContain(
      '[Service backend](file:///project/services.yaml#L4,9) leads its port 80 to `http`: that is the port to name here.',
    );
  });

  it('resolves a named egress port at the peers', () => {
    const { hover } = analyze({
      ...shop,
      'a.yaml': policy(
        '{podSelector: {}, egress: [{to: [{podSelector: {}, namespaceSelector: {matchLabels: {team: a}}}], ports: [{port: $0web}]}]}',
      ),
    });
    expect(hover()).toContain('**TCP port `web`** at the destination pods');
    expect(hover()).toContain('[Deployment frontend](file:///project/workloads.yaml#L34,19) in `shop`: 8000');
  });

  it('counts the addresses of a block', () => {
    expect(policies('cidr')).toContain('`10.0.0.0/8`: 10.0.0.0 – 10.255.255.255, 16,777,216 addresses');
    expect(policies('cidr')).toContain('- `10.1.0.0/16`: 10.1.0.0 – 10.1.255.255, 65,536 addresses');
    expect(policies('10.1.0.0/16')).toContain('left out of `10.0.0.0/8`');
    const { hover } = analyze({
      'a.yaml': policy('{podSelector: {}, ingress: [{from: [{ipBlock: {$0cidr: "2001:db8::/64"}}]}]}'),
    });
    expect(hover()).toContain('2^64 addresses');
  });
});
