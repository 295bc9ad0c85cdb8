import { expect, test } from 'vitest';
import { checkCertainty, checkDamage } from '../support/agreement';

// A file of its own, so that both cores have something to do.
const runs = 1000;

test('what is certain holds whatever the labels of undeclared namespaces are', () => {
  checkCertainty(runs);
});

test('a damaged field is taken neither for everyone nor for nobody', () => {
  expect(checkDamage(runs)).toBeGreaterThan(runs / 3);
});
