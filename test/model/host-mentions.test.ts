import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPort, hostMentions } from '../../server/core/model/host-mentions';

/** `host:port form`, with `?` for a port that is filled in later, and `.` where nothing may be put behind the address. */
function read(text: string): readonly string[] {
  return hostMentions(text, 'cluster.local').map(({ host, port, portOpen, form, start, end }) => {
    expect(text.slice(start, end).toLowerCase()).toBe(host);
    if (port) expect(text.slice(port.start, port.end)).toBe(String(port.number));
    return `${host}${port ? `:${port.number}` : portOpen ? ':?' : ''} ${form}`;
  });
}

describe('hostMentions', () => {
  it.each([
    ['http://web', ['web url']],
    ['http://web:8080/path?x=http', ['web:8080 url']],
    ['https://user:p@ss@web.shop:443#x', ['web.shop:443 url']],
    ['http://web.shop.svc', ['web.shop.svc cluster']],
    ['http://web.shop.svc.cluster.local.:80/', ['web.shop.svc.cluster.local:80 cluster']],
    ['web.shop.svc.cluster.local', ['web.shop.svc.cluster.local cluster']],
    ['a.shop.svc,b.shop.svc:80', ['a.shop.svc cluster', 'b.shop.svc:80 cluster']],
    ['web-0.web.shop.svc:9092', ['web-0.web.shop.svc:9092 cluster']],
    ['_http._tcp.web.shop.svc', ['_http._tcp.web.shop.svc cluster']],
    ['web:8080', ['web:8080 pair']],
    ['web:8080/ready', ['web:8080 pair']],
    ['--upstream=web:8080', ['web:8080 pair']],
    ['kafka-0.kafka:9092,kafka-1.kafka:9092', ['kafka-0.kafka:9092 pair', 'kafka-1.kafka:9092 pair']],
    ['mongodb://a:27017,b:27017/db?replicaSet=x', ['a:27017 url', 'b:27017 url']],
    ['mongodb+srv://mongo/db', ['mongo url']],
    ['jdbc:postgresql://db:5432/app', ['db:5432 url']],
    ['jdbc:oracle:thin:@//db:1521/app', ['db:1521 pair']],
    ['jdbc:sqlserver://db:1433;databaseName=x', ['db:1433 url']],
    ['app:pw@tcp(db:3306)/app', ['db:3306 pair']],
    ['postgresql+psycopg2://app@db/app', ['db url']],
    ['SASL_SSL://kafka:9093', ['kafka:9093 url']],
    ['http://web:$(PORT)/', ['web:? url']],
    ['http://web:${PORT}', ['web:? url']],
    ['http://a:80,http://b:81', ['a:80 url', 'b:81 url']],
    ['outbound|80||web.shop.svc.cluster.local', ['web.shop.svc.cluster.local cluster']],
    ['{"url":"http://web:80","to":["db:5432"]}', ['web:80 url', 'db:5432 pair']],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ['emailservice'],
    ['8080'],
    ['12:30'],
    ['10.0.0.1:80'],
    ['http://10.0.0.1:80'],
    ['http://[::1]:80'],
    ['http://localhost:80'],
    ['localhost:80'],
    ['redis:7'],
    ['node:18-alpine'],
    ['registry:5000/shop/web:1.2'],
    ['registry:5000/shop/web@sha256:00'],
    ['docker.io/library/redis:6379'],
    ['http://${HOST}:80'],
    ['http://$(HOST):80'],
    ['http://{{ .Values.host }}:80'],
    ['${URL:-http://web:80}'],
    ['http://%s:80'],
    ['http://<host>:80'],
    ['$HOST:8080'],
    ['prefix-$(X).web.shop.svc'],
    ['http://WEB_PLACEHOLDER:80'],
    ['http://WEB:80'],
    ['web:99999'],
    ['a:b:8080'],
    ['web:8080:9090'],
    ['web:80.5'],
    ['s3://web/key'],
    ['lb://web'],
    ['spiffe://cluster.local/ns/shop'],
    ['oci://web:5000/x'],
    ['http://user:pa/ss@web'],
    ['com.acme.svc.Handler'],
    ['com.acme.svc.handler'],
    ['.svc,.cluster.local'],
    ['*.shop.svc'],
    ['(.+)\\.shop\\.svc'],
    ['$1.shop.svc'],
    ['/etc/certs/web.shop.svc/tls.crt'],
    ['web.shop.svc.clusterset.local'],
    ['web.shop.svc-old'],
    ['://'],
    ['http://'],
    ['http://:80'],
    ['http://@'],
  ])('reads no host in %s', (text) => {
    expect(read(text)).toEqual([]);
  });

  it('leaves comments and upstreams of nginx out', () => {
    const text = '# http://a:80\n  // http://b:80\nupstream c { server d:8080; }\nproxy_pass http://c; # http://e\n';
    expect(read(text)).toEqual(['d:8080 pair']);
  });

  it('knows texts that are addresses alone, and URLs that are whole', () => {
    const of = (text: string) => hostMentions(text, 'cluster.local').map(({ alone, closed }) => [alone, closed]);
    expect(of('web:8080')).toEqual([[true, true]]);
    expect(of('nc -z web:8080')).toEqual([[false, true]]);
    expect(of('http://web')).toEqual([[true, false]]);
    expect(of('http://web/')).toEqual([[true, true]]);
  });

  it('takes the domain of the cluster as it is set', () => {
    expect(hostMentions('a.b.svc.k8s.example', 'k8s.example')).toHaveLength(1);
    expect(hostMentions('a.b.svc.cluster.local', 'k8s.example')).toHaveLength(0);
  });

  it('finds a host with its port between whatever separates words', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z]$/).filter((name) => name !== 'localhost');
    const separator = fc.constantFrom(' ', '\n', '"', "'", ' = ', ', ', '\t');
    fc.assert(
      fc.property(fc.array(fc.tuple(word, fc.integer({ min: 1000, max: 65535 }), separator)), (items) => {
        const text = items.map(([name, port, between]) => `${between}${name}:${port}${between}`).join(' ');
        expect(read(text)).toEqual(items.map(([name, port]) => `${name}:${port} pair`));
      }),
    );
  });

  it('bears any text, in time that grows with its length', () => {
    fc.assert(fc.property(fc.string(), (text) => void read(`${text}://${text}.svc:80`)));
    for (const text of ['a.'.repeat(100_000), 'a://'.repeat(50_000), 'a:80,'.repeat(50_000), 'x'.repeat(200_000)]) {
      const start = performance.now();
      hostMentions(`${text}.svc:80`, 'cluster.local');
      expect(performance.now() - start).toBeLessThan(2000);
    }
  });
});

describe('defaultPort', () => {
  it('is what clients take without a port', () => {
    expect(['http', 'https', 'postgresql+psycopg2', 'mongodb+srv', 'grpc'].map(defaultPort)).toEqual([
      80,
      443,
      5432,
      undefined,
      undefined,
    ]);
  });
});
