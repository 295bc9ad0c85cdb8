import { expect, test } from 'vitest';
import { checkEdits, checkRedundancy, checkShadowing } from '../support/redundancy';

const runs = 250;

test('what is redundant changes no packet when it is taken out, whatever pods there are', () => {
  const { policy, rule, peer, port, inOtherWords, here } = checkRedundancy(runs);
  console.log(
    `${policy} policies, ${rule} rules, ${peer} peers, ${port} ports; ${inOtherWords} policies in other words, ${here} only here`,
  );
  expect(Math.min(policy, rule, peer, port)).toBeGreaterThan(runs / 100);
  expect(Math.min(inOtherWords, here)).toBeGreaterThan(0);
});

test('rules that decide nothing change no packet when they are taken out', () => {
  const count = checkShadowing(runs);
  console.log(JSON.stringify(count));
  expect(Math.min(count['decided'] ?? 0, count['repeated'] ?? 0, count['default'] ?? 0)).toBeGreaterThan(runs / 100);
});

test('after edits the same is found as when all is seen for the first time', () => {
  expect(checkEdits(runs)).toBeGreaterThan(runs / 10);
});
