import { expect, test } from 'vitest';
import { checkAgreement, checkCertainty, checkDamage } from '../support/agreement';

// The short form, for every change; `npm run agreement` goes through 2,000 clusters and more.
test('the evaluator and the naive one agree on some random clusters', () => {
  expect(checkAgreement(10).packets).toBeGreaterThan(1000);
});

test('what is certain holds whatever the labels of undeclared namespaces are', () => {
  checkCertainty(5);
});

test('a damaged field is taken neither for everyone nor for nobody', () => {
  expect(checkDamage(10)).toBeGreaterThan(2);
});
