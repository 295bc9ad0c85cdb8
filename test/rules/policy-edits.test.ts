import { describe, expect, it } from 'vitest';
import { readManifest } from '../../server/core/manifest/read-manifest';
import type { Direction } from '../../server/core/model/policy';
import { addRule, rulesPlace } from '../../server/core/rules/policy-edits';

const rule = ['from:', '  - podSelector:', '      matchLabels:', '        app: web', 'ports:', '  - port: 80'];

/** A policy whose spec is given, after the rule was added; undefined where it is not. */
function added(spec: string, direction: Direction = 'Ingress', lines: readonly string[] = rule): string | undefined {
  const head = 'kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata:\n  name: web\n';
  const eol = spec.includes('\r\n') ? '\r\n' : '\n';
  const text = head.replaceAll('\n', eol) + spec;
  const [resource] = readManifest('file:///a.yaml', text, {}).resources;
  const place = resource && rulesPlace(resource, direction);
  const edit = place && addRule(text, place, lines);
  if (!edit) return undefined;
  const result = text.slice(0, edit.start) + edit.newText + text.slice(edit.end);
  expect(readManifest('file:///a.yaml', result, {}).problems).toEqual([]);
  return result.slice(head.replaceAll('\n', eol).length);
}

describe('addRule', () => {
  it('goes behind the last rule, comments and what follows stay', () => {
    expect(
      added(`spec:
  ingress:
    # the front
    - from:
        - podSelector: {} # all
      ports:
        - port: 8080 # the pods' own
  # below
  podSelector: {}
`),
    ).toBe(`spec:
  ingress:
    # the front
    - from:
        - podSelector: {} # all
      ports:
        - port: 8080 # the pods' own
    - from:
        - podSelector:
            matchLabels:
              app: web
      ports:
        - port: 80
  # below
  podSelector: {}
`);
  });

  it('keeps lists in the column of their key', () => {
    expect(
      added(`spec:
  podSelector: {}
  ingress:
  - from:
    - podSelector: {}`),
    ).toBe(`spec:
  podSelector: {}
  ingress:
  - from:
    - podSelector: {}
  - from:
    - podSelector:
        matchLabels:
          app: web
    ports:
    - port: 80`);
  });

  it('moves lists within lists with their own list', () => {
    const nested = [
      'to:',
      '  - podSelector:',
      '      matchExpressions:',
      '        - key: a',
      '          operator: Exists',
    ];
    expect(added('spec:\n  egress:\n  - {}\n', 'Egress', nested)).toBe(
      'spec:\n  egress:\n  - {}\n  - to:\n    - podSelector:\n        matchExpressions:\n        - key: a\n          operator: Exists\n',
    );
  });

  it('adds the field where it is missing', () => {
    expect(
      added(`spec:
  podSelector:
    matchLabels:
      app: db # the database
---
kind: Service
`),
    ).toBe(`spec:
  podSelector:
    matchLabels:
      app: db # the database
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
      ports:
        - port: 80
---
kind: Service
`);
  });

  it('adds the field in the style of the lists that are there', () => {
    expect(added('spec:\n  podSelector: {}\n  policyTypes:\n  - Egress\n', 'Egress', ['{}'])).toBe(
      'spec:\n  podSelector: {}\n  policyTypes:\n  - Egress\n  egress:\n  - {}\n',
    );
  });

  it('makes a list of an empty one', () => {
    expect(added('spec:\n  ingress: []  # nobody\n  podSelector: {}\n', 'Ingress', ['{}'])).toBe(
      'spec:\n  ingress:  # nobody\n    - {}\n  podSelector: {}\n',
    );
    expect(added('spec:\n  podSelector: {}\n  ingress: []', 'Ingress', ['{}'])).toBe(
      'spec:\n  podSelector: {}\n  ingress:\n    - {}',
    );
    expect(added('spec:\n  ingress:\n  podSelector: {}\n', 'Ingress', ['{}'])).toBe(
      'spec:\n  ingress:\n    - {}\n  podSelector: {}\n',
    );
    expect(added('spec:\n  ingress: null\n  podSelector: {}\n', 'Ingress', ['{}'])).toBe(
      'spec:\n  ingress:\n    - {}\n  podSelector: {}\n',
    );
  });

  it('ends lines as the file does', () => {
    expect(
      added('spec:\r\n  ingress:\r\n    - {}\r\n  podSelector: {}\r\n', 'Ingress', ['ports:', '  - port: 1']),
    ).toBe('spec:\r\n  ingress:\r\n    - {}\r\n    - ports:\r\n        - port: 1\r\n  podSelector: {}\r\n');
    expect(added('spec:\r\n  ingress: []\r\n', 'Ingress', ['{}'])).toBe('spec:\r\n  ingress:\r\n    - {}\r\n');
  });

  it('leaves alone what is written in flow style', () => {
    expect(added('spec: { podSelector: {}, ingress: [] }\n')).toBeUndefined();
    expect(added('spec: { podSelector: {} }\n')).toBeUndefined();
    expect(added('spec:\n  podSelector: {}\n  ingress: [{}]\n')).toBeUndefined();
    expect(added('spec: {\n  podSelector: {},\n  ingress: []\n}\n')).toBeUndefined();
    expect(added('spec: {\n  podSelector: {}\n}\n')).toBeUndefined();
  });

  it('leaves alone what serves other places too, and what is no list', () => {
    expect(added('spec:\n  podSelector: {}\n  ingress: &a\n    - {}\n  egress: *a\n')).toBeUndefined();
    expect(added('spec:\n  podSelector: {}\n  ingress: &a\n    - {}\n  egress: *a\n', 'Egress')).toBeUndefined();
    expect(added('spec:\n  ingress: yes\n')).toBeUndefined();
    expect(added('spec:\n  ingress:\n    from: []\n')).toBeUndefined();
    expect(added('spec:\n')).toBeUndefined();
    expect(added('spec: []\n')).toBeUndefined();
  });
});
