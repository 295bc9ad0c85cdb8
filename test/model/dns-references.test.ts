import { describe, expect, it } from 'vitest';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { hostReferences, nameLookup } from '../../server/core/model/dns-references';
import { targetOfReference } from '../../server/core/model/dns-targets';
import { createModel, replaceFile, workloadsOf, type NetworkModel } from '../../server/core/model/network-model';

const uri = 'file:///a.yaml';

function modelOf(...documents: readonly string[]): { readonly model: NetworkModel; readonly text: string } {
  const scope = { name: 'test', kind: 'directory', root: 'file:///', complete: true, files: [uri] } as const;
  const model = createModel(scope, []);
  const text = documents.join('\n---\n');
  replaceFile(model, uri, readManifest(uri, text).resources, false);
  return { model, text };
}

const pod = (name: string, container: string, spec = ''): string =>
  `{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: shop }, spec: { ${spec} containers: [{ name: c, image: i, ${container} }] } }`;
const configMap = (name: string, data: string): string =>
  `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name}, namespace: shop }, data: { ${data} } }`;
const service = (name: string, namespace = 'shop', spec = ''): string =>
  `{ apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: ${namespace} }, spec: { ports: [{ port: 80 }], ${spec} } }`;

/** `host of the users`, with what is written at its place. */
function references(...documents: readonly string[]): readonly string[] {
  const { model, text } = modelOf(...documents);
  return hostReferences(model, 'cluster.local').map(({ mention, users, place, key }) => {
    const { node, part } = place;
    const quote = node.style === 'plain' ? 0 : 1;
    const written = part ? text.slice(node.start + quote + part.start, node.start + quote + part.end) : '?';
    return `${mention.host}=${written} ${key} ${users.map(({ name }) => name).join('+')}`.trimEnd();
  });
}

describe('hostReferences', () => {
  it('reads everything that containers get', () => {
    expect(
      references(
        pod(
          'p',
          `env: [{ name: A, value: 'http://env' }], args: [--b=http://arg, --c, 'http://next'], command: [http://command],
           livenessProbe: { httpGet: { host: probe.shop.svc, httpHeaders: [{ name: host, value: header.shop.svc }] } },
           readinessProbe: { exec: { command: [http://exec] } }, startupProbe: { tcpSocket: { host: tcp.shop.svc } },
           lifecycle: { preStop: { httpGet: { host: hook.shop.svc } } }`,
          `initContainers: [{ name: i, args: [http://init] }],`,
        ),
      ),
    ).toEqual([
      'init=init  p',
      'env=env A p',
      'command=command  p',
      'arg=arg --b p',
      'next=next --c p',
      'probe.shop.svc=probe.shop.svc host p',
      'header.shop.svc=header.shop.svc Host p',
      'exec=exec  p',
      'tcp.shop.svc=tcp.shop.svc host p',
      'hook.shop.svc=hook.shop.svc host p',
    ]);
  });

  it('fills in variables as the kubelet does, and keeps the place of each part', () => {
    const env = [
      '{ name: HOST, value: db }',
      '{ name: URL, value: "http://$(HOST):80/" }',
      '{ name: HALF, value: "http://$(HOST)-ro/" }',
      '{ name: LATER, value: "http://$(NOT_YET)/" }',
      '{ name: NOT_YET, value: late }',
      '{ name: ESCAPED, value: "http://$$(HOST)/" }',
      '{ name: NS, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }',
      '{ name: FULL, value: "http://web.$(NS).svc" }',
      '{ name: SECRET, valueFrom: { secretKeyRef: { name: s, key: k } } }',
      '{ name: HIDDEN, value: "http://$(SECRET)/" }',
    ];
    expect(references(pod('p', `env: [${env.join(', ')}], args: ["http://$(NOT_YET)/"]`))).toEqual([
      'db=db URL p',
      'db-ro=? HALF p',
      'web.shop.svc=? FULL p',
      'late=late  p',
    ]);
  });

  it('attributes ConfigMaps to whoever gets them', () => {
    const documents = [
      configMap('all', 'A: http://a, B: http://b'),
      configMap('file', 'x.conf: http://x, y.conf: http://y'),
      configMap('unused', 'A: http://short, B: sure.shop.svc'),
      pod('env', 'envFrom: [{ configMapRef: { name: all } }]'),
      pod('key', 'env: [{ name: X, valueFrom: { configMapKeyRef: { name: all, key: B } } }]'),
      pod('mounted', '', 'volumes: [{ configMap: { name: file } }],'),
      pod(
        'projected',
        '',
        'volumes: [{ projected: { sources: [{ configMap: { name: file, items: [{ key: y.conf }] } }] } }],',
      ),
    ];
    expect(references(...documents)).toEqual([
      'a=a A env',
      'b=b B env+key',
      'x=x x.conf mounted',
      'y=y y.conf mounted+projected',
      'sure.shop.svc=sure.shop.svc B',
    ]);
  });

  it('leaves out what /etc/hosts answers', () => {
    const spec = 'hostname: me, hostAliases: [{ ip: 10.0.0.1, hostnames: [old] }],';
    expect(references(pod('p', 'args: [http://old, http://me, http://new]', spec))).toEqual(['new=new  p']);
  });

  it('does not grow without end', () => {
    const env = Array.from(
      { length: 60 },
      (_, index) => `{ name: V${index}, value: "${index === 0 ? 'http://a,' : `$(V${index - 1})$(V${index - 1})`}" }`,
    );
    expect(references(pod('p', `env: [${env.join(', ')}]`)).length).toBeLessThan(5);
  });
});

describe('targetOfReference', () => {
  const documents = [
    service('web'),
    service('db', 'data'),
    service('kafka', 'shop', 'clusterIP: None'),
    pod('p', 'args: []'),
  ];
  const target = (host: string): string | undefined => {
    const { model } = modelOf(...documents, pod('asks', `args: ["http://${host}/"]`));
    const [reference] = hostReferences(model, 'cluster.local');
    const found = reference && targetOfReference(model, reference);
    return found && `${found.type} ${found.name.namespace}/${found.name.service.text}`;
  };

  it.each([
    ['web', 'service shop/web'],
    ['web.shop', 'service shop/web'],
    ['db.data', 'service data/db'],
    ['db', 'missing shop/db'],
    ['web.data', 'missing data/web'],
    ['web.shop.svc', 'service shop/web'],
    ['web.shop.svc.cluster.local', 'service shop/web'],
    ['kafka-0.kafka', 'service shop/kafka'],
    ['kafka-0.kafka.shop', 'service shop/kafka'],
    ['kafka-0.kafka.shop.svc.cluster.local', 'service shop/kafka'],
    ['kafka-0.kafkaa', 'missing shop/kafkaa'],
    ['kafka-0.data', 'missing data/kafka-0'],
    ['web.svc.cluster.local', 'unqualified shop/web'],
    ['other.svc.cluster.local', undefined],
    ['kubernetes.default.svc', 'elsewhere default/kubernetes'],
    ['prometheus.monitoring.svc', 'missing monitoring/prometheus'],
    ['example.com', undefined],
    ['api.web', undefined],
    ['a.b.c.d.svc', undefined],
    ['www.example.com', undefined],
  ])('%s is %s', (host, expected) => {
    expect(target(host)).toBe(expected);
  });
});

describe('nameLookup', () => {
  it.each([
    ['', true],
    ['dnsPolicy: ClusterFirst,', true],
    ['dnsPolicy: Default,', false],
    ['dnsPolicy: None, dnsConfig: { nameservers: [10.0.0.1] },', false],
    ['hostNetwork: true,', false],
    ['hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet,', true],
  ])('with %s', (spec, cluster) => {
    const { model } = modelOf(pod('p', '', spec));
    expect(workloadsOf(model).map((workload) => nameLookup(workload).cluster)).toEqual([cluster]);
  });
});
