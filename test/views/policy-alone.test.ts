import { describe, expect, it } from 'vitest';
import { analyze } from '../support/analyze';
import { deployment, manifest } from './routing-pictures';

const policy = (name: string, from: string, port: number): string =>
  manifest(
    'NetworkPolicy',
    name,
    `spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [${from}], ports: [{port: ${port}}]}]}`,
  );
const pods = (app: string): string => `{podSelector: {matchLabels: {app: ${app}}}}`;
const three = ['web', 'db', 'job'].map((name) => deployment(name)).join('');

function aloneOf(text: string, id: string) {
  return analyze({ 'a.yaml': text }).analyzer.policyAlone({ view: 'policies' }, id);
}

describe('what a policy alone admits', () => {
  it('is what it admits where no other policy speaks of it', () => {
    expect(aloneOf(three + policy('one', pods('web'), 80), 'NetworkPolicy/shop/one')).toEqual({
      connections: [{ source: 'Deployment/shop/web', target: 'Deployment/shop/db', label: 'TCP 80' }],
      total: 1,
    });
  });

  it('leaves out what another admits too, and is nothing for one that is not needed', () => {
    const text = three + policy('one', pods('web'), 80) + policy('two', `${pods('web')}, ${pods('job')}`, 80);
    expect(aloneOf(text, 'NetworkPolicy/shop/one')).toEqual({ connections: [], total: 0 });
    expect(aloneOf(text, 'NetworkPolicy/shop/two')).toEqual({
      connections: [{ source: 'Deployment/shop/job', target: 'Deployment/shop/db', label: 'TCP 80' }],
      total: 1,
    });
  });

  it('names addresses as the view does', () => {
    const text = three + policy('one', '{ipBlock: {cidr: 192.0.2.0/24}}', 80);
    expect(aloneOf(text, 'NetworkPolicy/shop/one')?.connections).toEqual([
      { source: 'outside/from/192.0.2.0/24', target: 'Deployment/shop/db', label: 'TCP 80' },
    ]);
  });

  it('lists the first ones of many, and counts them all', () => {
    const many = Array.from({ length: 250 }, (_, index) => deployment(`w${index}`)).join('');
    const found = aloneOf(many + three + policy('one', '{podSelector: {}}', 80), 'NetworkPolicy/shop/one');
    expect(found?.connections).toHaveLength(200);
    expect(found?.total).toBe(252);
  });

  it('is unknown for an id that no policy has', () => {
    expect(aloneOf(three, 'NetworkPolicy/shop/gone')).toBeUndefined();
  });
});
