import { describe, expect, test } from 'vitest';
import { hopParts, hopState, pathHeadline } from '../../diagram/path-words';
import type { PathAnswer, PathHop } from '../../server/core/reachability';

const answer: PathAnswer = { src: 'a', dst: 'b', port: 8080, protocol: 'TCP', verdict: 'denied', hops: [] };

describe('the headline', () => {
  test.each<[Partial<PathAnswer>, string]>([
    [{}, 'frontend cannot reach api on TCP 8080.'],
    [{ verdict: 'allowed' }, 'frontend can reach api on TCP 8080.'],
    [{ verdict: 'unknown' }, 'The manifests do not tell whether frontend can reach api on TCP 8080.'],
    [{ port: undefined, protocol: 'UDP' }, 'frontend cannot reach api over UDP.'],
    [{ port: 0 }, 'frontend cannot reach api over TCP.'],
  ])('of %o', (part, words) => {
    expect(pathHeadline({ ...answer, ...part }, 'frontend', 'api')).toBe(words);
  });

  test('obeys no character that reorders text', () => {
    expect(pathHeadline(answer, 'front\u202eend', 'api')).toBe('front\ufffdend cannot reach api on TCP 8080.');
  });
});

describe('a hop', () => {
  const hop = (text: string, resource: string | undefined): PathHop => ({
    kind: 'ingress',
    resource,
    location: undefined,
    text,
    ok: true,
  });

  test.each<[string, string | undefined, readonly [string, string, string]]>([
    ['Service shop/api.', 'Service shop/api', ['', 'Service shop/api', '.']],
    ['By NetworkPolicy shop/a: denied.', 'NetworkPolicy shop/a', ['By ', 'NetworkPolicy shop/a', ': denied.']],
    ['Pod a-b, then Pod a here.', 'Pod a', ['Pod a-b, then ', 'Pod a', ' here.']],
    ['Pod a.old is gone.', 'Pod a', ['Pod a.old is gone. ', 'Pod a', '']],
    ['No policy selects it.', undefined, ['No policy selects it.', '', '']],
  ])('"%s" names %s', (text, resource, parts) => {
    expect(hopParts(hop(text, resource))).toEqual(parts);
  });

  test('passes, stops, or cannot be told', () => {
    expect([true, false, 'unknown' as const].map((ok) => hopState({ ...hop('', undefined), ok }))).toEqual([
      'ok',
      'denied',
      'unknown',
    ]);
  });
});
