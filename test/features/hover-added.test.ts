import { describe, expect, it } from 'vitest';
import { analyze } from '../support/analyze';

const pod = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, labels: { app: ${name} } }\nspec: { containers: [{ name: c, image: i }] }\n`;
const pods = ['web', 'api', 'db'].map(pod).join('---\n');
const policy = (name: string, spec: string): string =>
  `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name} }\nspec: ${spec}\n`;

/** The hover at `$0`, without links. */
function hover(...policies: readonly string[]): string {
  const markdown = analyze({ 'all.yaml': pods + policies.join('') }).hover() ?? '';
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}

describe('hover on a rule that others share something with', () => {
  it('tells which pods and ports the rule adds', () => {
    const markdown = hover(
      policy(
        'wide',
        '{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 80 }] }] }',
      ),
      policy(
        'api',
        '{ podSelector: { matchLabels: { app: api } }, ingress: [{ $0from: [{ podSelector: {} }], ports: [{ port: 80 }, { port: 81 }] }] }',
      ),
    );
    expect(markdown).toContain('Some of it is allowed by NetworkPolicy wide as well. This rule adds');
    expect(markdown).toContain('- from Pod api, Pod db on TCP 80-81');
    expect(markdown).toContain('- from Pod web on TCP 81');
  });

  it('tells to which of the selected pods, where others select some of them only', () => {
    const markdown = hover(
      policy(
        'api',
        '{ podSelector: { matchLabels: { app: api } }, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }] }] }',
      ),
      policy(
        'all',
        '{ podSelector: {}, policyTypes: [Egress], egress: [{ $0to: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 53, protocol: UDP }] }] }',
      ),
    );
    expect(markdown).toContain('Some of it is allowed by NetworkPolicy api as well. This rule adds');
    expect(markdown).toContain('- to 10.0.0.0-10.255.255.255 on UDP 53 from Pod db, Pod web');
  });

  it('tells another rule of the same policy', () => {
    const markdown = hover(
      policy(
        'api',
        '{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }, { $0from: [{ podSelector: { matchLabels: { app: db } } }] }] }',
      ),
    );
    expect(markdown).toContain('Some of it is allowed by another rule of this policy as well.');
    expect(markdown).toContain('- from Pod db on SCTP 1-65535,TCP 1-79,81-65535,UDP 1-65535');
  });

  it('tells that a rule adds nothing among the pods that are there', () => {
    const markdown = hover(
      policy('web', '{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }'),
      policy(
        'not-db',
        '{ podSelector: {}, ingress: [{ $0from: [{ podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [db, api] }] } }] }] }',
      ),
    );
    expect(markdown).toContain(
      'To the pods here it adds nothing beside NetworkPolicy web; it may to pods that no manifest declares.',
    );
  });

  it('tells by whom a redundant rule is made so', () => {
    const open = policy('open', '{ podSelector: {}, ingress: [{}] }');
    const spec =
      '{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress, Egress], ingress: [{ $0ports: [{ port: 80 }] }] }';
    expect(hover(open, policy('web', spec))).toContain(
      'It changes nothing: it is allowed by NetworkPolicy open already.',
    );
    expect(hover(open, policy('web', spec.replace(', Egress', '')))).toContain(
      'It changes nothing: all that this policy allows is allowed by NetworkPolicy open already.',
    );
  });

  it('says nothing where no other rule has anything in common with it', () => {
    const markdown = hover(
      policy('web', '{ podSelector: {}, ingress: [{ $0ports: [{ port: 80 }] }] }'),
      policy('other', '{ podSelector: {}, ingress: [{ ports: [{ port: 81 }] }] }'),
    );
    expect(markdown).not.toContain('adds');
    expect(markdown).not.toContain('changes nothing');
  });
});
