import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isExtended,
  isNear,
  isOneEdit,
  isPrefixed,
  isSameService,
  isWordOf,
  nearest,
} from '../../server/core/rules/near';

describe('isNear', () => {
  it.each([
    ['frontend', 'fronted'],
    ['frontend', 'frontned'],
    ['frontend', 'Frontend'],
    ['my-app', 'myapp'],
    ['my_app', 'my-app'],
    ['orders', 'order'],
    ['web-frontend', 'web-fronted'],
    ['orders-api', 'orders-aip'],
    ['prometheus', 'promethues'],
    ['web', 'wbe'],
    ['http-metrics', 'http-metrisc'],
    ['payment', 'payments'],
  ])('%s, %s: a slip', (a, b) => {
    expect(isNear(a, b)).toBe(true);
    expect(isNear(b, a)).toBe(true);
  });

  it.each([
    ['v1', 'v2'],
    ['v1', 'v10'],
    ['1.10', '11.0'],
    ['v1.1', 'v11'],
    ['web-1', 'web-2'],
    ['blue', 'green'],
    ['dev', 'den'],
    ['eu', 'us'],
    ['web', 'api'],
    ['frontend', 'backend'],
    ['user-service', 'order-service'],
    ['redis', 'redis-master'],
    ['app', 'app-canary'],
    ['', 'a'],
    ['same', 'same'],
    ['prod', 'production'],
    ['monitor', 'monitoring'],
  ])('%s, %s: two things', (a, b) => {
    expect(isNear(a, b)).toBe(false);
    expect(isNear(b, a)).toBe(false);
  });

  it('is symmetric, and never true of equal texts', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'w', '-', '.', '1', '2', 'B'), maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(word, fc.string()), fc.oneof(word, fc.string()), (a, b) => {
        expect(isNear(a, b)).toBe(isNear(b, a));
        expect(isNear(a, a)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what is near with a witness', () => {
  it.each([
    [isOneEdit, 'we', 'web', true],
    [isOneEdit, 'bd', 'db', true],
    [isOneEdit, 'apl', 'api', true],
    [isOneEdit, 'a', 'ab', false],
    [isOneEdit, 'v1', 'v2', false],
    [isOneEdit, 'api', 'api', false],
    [isOneEdit, 'web', 'api', false],
    [isExtended, 'webapp', 'web', true],
    [isExtended, 'backend-api', 'api', true],
    [isExtended, 'api', 'api-server', true],
    [isExtended, 'api', 'api-v2', false],
    [isExtended, 'web', 'web-canary', false],
    [isExtended, 'web', 'webster', false],
    [isExtended, 'db', 'db2', false],
    [isExtended, 'api', 'api', false],
    [isPrefixed, 'api', 'shop-api', true],
    [isPrefixed, 'shop-api', 'api', true],
    [isPrefixed, 'api', 'api-shop', false],
    [isPrefixed, 'api', 'canary-api', false],
    [isPrefixed, 'api', 'shopapi', false],
    [isSameService, 'api-svc', 'api', true],
    [isSameService, 'api-svc', 'api-service', true],
    [isSameService, 'api', 'api', false],
    [isSameService, 'api-server', 'api', false],
    [isWordOf, 'api', 'allow-api-ingress', true],
    [isWordOf, 'api', 'allow-apis', false],
    [isWordOf, '', 'allow-apis', false],
  ])('%o: %s, %s: %s', (holds, a, b, expected) => {
    expect(holds(a, b)).toBe(expected);
  });
});

describe('nearest', () => {
  it('takes the smallest difference, then the first', () => {
    expect(nearest('frontend', ['frontends', 'frontend2', 'fronted', 'backend'], (name) => name)).toBe('frontends');
    expect(nearest('frontend', ['Frontend', 'front-end'], (name) => name)).toBe('Frontend');
    expect(nearest('x', [], String)).toBeUndefined();
  });
});
