import { describe, expect, it } from 'vitest';
import { annotate, loadFixture } from '../support/fixture-run';

const service = `apiVersion: v1
kind: Service
metadata:
  name: db
`;
const rest = `spec:
  ports:
    - port: 5432
`;
const marker = '  #     ^^ warning service-without-endpoints: Service db has no selector';

describe('the fixture format', () => {
  it('is content with what is expected', () => {
    const source = `${service}${marker}\n${rest}`;
    expect(annotate(loadFixture(source))).toBe(source);
  });

  it('shows what is unexpected', () => {
    expect(annotate(loadFixture(service + rest))).toContain(marker);
  });

  it.each([
    ['a finding that is not there', '  #     ^^ policy-overlap: text'],
    ['another severity', '  #     ^^ error service-without-endpoints: Service db'],
    ['another place', '  #    ^^^ warning service-without-endpoints: Service db'],
    ['another text', '  #     ^^ warning service-without-endpoints: Service web'],
    ['an open end', '  #     ^^... warning service-without-endpoints: Service db'],
    ['a related place', '  #     ^^ related: Service db'],
    ['the same twice', `${marker}\n${marker}`],
  ])('misses %s', (_, expected) => {
    const annotated = annotate(loadFixture(`${service}${expected}\n${rest}`));
    expect(annotated).not.toContain(expected);
    expect(annotated.split('\n').filter((line) => line.startsWith(marker))).toHaveLength(1);
  });

  it('keeps scopes, options and several files apart', () => {
    const source = `# fixture: scope=incomplete eol=crlf\n#- [a] a.yaml\n${service}${rest}#- [b] b.yaml\n${service}${rest}`;
    expect(annotate(loadFixture(source))).toBe(source);
    expect(() => loadFixture('# fixture: scoop=incomplete\n')).toThrow('scoop');
  });
});
