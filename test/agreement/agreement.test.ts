import { expect, test } from 'vitest';
import { checkAgreement } from '../support/agreement';

const runs = 2000;

test(`the evaluator and the naive one agree on every packet of ${runs} random clusters`, () => {
  const { packets, allowed, unknown } = checkAgreement(runs);
  console.log(`${packets} packets, ${allowed} allowed, ${unknown} unknown`);
  expect(packets).toBeGreaterThan(runs * 50);
  expect(allowed / packets).toBeGreaterThan(0.1);
  expect(allowed / packets).toBeLessThan(0.9);
  expect(unknown / packets).toBeLessThan(0.5);
});
