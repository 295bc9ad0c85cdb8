import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../server/core/model/cidr';
import { defaultSettings, type Settings } from '../../server/core/settings';
import type { DiagramView, ViewNode } from '../../server/core/views/view';
import { analyze, uriOf } from '../support/analyze';

type Files = Readonly<Record<string, string>>;

function viewOf(text: string | Files, cluster: Partial<Settings['cluster']> = {}): DiagramView {
  const { analyzer } = analyze(typeof text === 'string' ? { 'a.yaml': text } : text);
  analyzer.configure({ ...defaultSettings, cluster: { ...defaultSettings.cluster, ...cluster } });
  const view = analyzer.view({ view: 'pods' });
  if (!view) throw new Error('no view');
  return view;
}

const groups: Readonly<Record<string, string>> = {
  DaemonSet: 'apps/v1',
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  IPPool: 'crd.projectcalico.org/v1',
  ClusterConfiguration: 'kubeadm.k8s.io/v1beta4',
};

function resource(kind: string, name: string, fields: string, namespace = ', namespace: shop'): string {
  return `apiVersion: ${groups[kind] ?? 'v1'}\nkind: ${kind}\nmetadata: {name: ${name}${namespace}}\n${fields}\n---\n`;
}

/** A workload with pods of `app: name`. */
function workload(kind: string, name: string, podSpec = '', spec = ''): string {
  const template = `{metadata: {labels: {app: ${name}}}, spec: {${podSpec}${podSpec === '' ? '' : ', '}containers: [{name: c, image: i}]}}`;
  return resource(kind, name, `spec: {${spec}${spec === '' ? '' : ', '}template: ${template}}`);
}

const pool = (name: string, cidr: string): string => resource('IPPool', name, `spec: {cidr: "${cidr}"}`, '');
const kubeadm = (pods: string, services: string): string =>
  `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking: {podSubnet: "${pods}", serviceSubnet: "${services}"}\n---\n`;
const policy = (...cidrs: readonly string[]): string =>
  resource(
    'NetworkPolicy',
    'p',
    `spec: {podSelector: {}, egress: [{to: [${cidrs.map((cidr) => `{ipBlock: {cidr: ${cidr}}}`).join(', ')}]}]}`,
  );

function node(view: DiagramView, id: string): ViewNode {
  const found = view.nodes.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no node ${id} in ${view.nodes.map((candidate) => candidate.id).join(' ')}`);
  return found;
}

const printParts = (view: DiagramView, id: string): readonly string[] =>
  (node(view, id).parts ?? []).map(({ text, note }) => (note === undefined ? text : `${text}: ${note}`));
const laneOf = (view: DiagramView, id: string): string | undefined => view.lanes[node(view, id).lane];
const badgesOf = (view: DiagramView, id: string): readonly string[] =>
  (node(view, id).badges ?? []).map(({ text }) => text);

describe('the Pod Networking diagram', () => {
  it('says what a workload is', () => {
    const view = viewOf(
      resource(
        'Deployment',
        'web',
        'spec: {replicas: 3, template: {metadata: {labels: {app: web, tier: front}}, spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}}}',
      ),
    );
    expect(node(view, 'Deployment/shop/web')).toMatchObject({
      kind: 'workload',
      group: 'namespace/shop',
      resourceKind: 'Deployment',
      title: 'web',
      subtitle: 'Deployment ×3',
      lines: ['http 8080/TCP', 'app=web, tier=front'],
      labels: { app: 'web', tier: 'front' },
      ask: 'shop/web[Deployment]',
      badges: [],
      location: { file: uriOf('a.yaml') },
    });
    expect(printParts(view, 'Deployment/shop/web')).toEqual([
      'web-…: pod 1 of 3',
      'web-…: pod 2 of 3',
      'web-…: pod 3 of 3',
    ]);
    expect(view.openLanes).toEqual([0]);
    expect(view.notes).toHaveLength(2);
  });

  it.each([
    ['Deployment', '', '', 'Deployment ×1', ['a-…']],
    ['Deployment', '', 'replicas: 0', 'Deployment · scaled to 0', []],
    ['Deployment', '', 'replicas: "${COUNT}"', 'Deployment', ['a-…: how many is not written']],
    ['DaemonSet', '', '', 'DaemonSet', ['a-…: one on each of these nodes whose taints it tolerates']],
    ['DaemonSet', 'tolerations: [{operator: Exists}]', '', 'DaemonSet', ['a-…: one on each of these nodes']],
    [
      'DaemonSet',
      'tolerations: [{operator: Exists, effect: NoSchedule}]',
      '',
      'DaemonSet',
      ['a-…: one on each of these nodes whose taints it tolerates'],
    ],
    ['Job', '', 'parallelism: 4', 'Job', ['a-…: up to 4 at once']],
  ])('counts the pods of a %s with {%s} and {%s}', (kind, podSpec, spec, subtitle, parts) => {
    const view = viewOf(workload(kind, 'a', podSpec, spec));
    expect(node(view, `${kind}/shop/a`).subtitle).toBe(subtitle);
    expect(printParts(view, `${kind}/shop/a`)).toEqual(parts);
  });

  it('lists no more pods than people read', () => {
    const parts = printParts(viewOf(workload('Deployment', 'a', '', 'replicas: 1000000000')), 'Deployment/shop/a');
    expect(parts).toHaveLength(21);
    expect(parts.at(-1)).toBe('and 999999980 more');
  });

  it('frames namespaces, and says which are written nowhere', () => {
    const view = viewOf(workload('Deployment', 'a').replace(', namespace: shop', ''));
    expect(view.groups).toEqual([
      { id: 'namespace/default', label: 'default', note: "not written: kubectl's current namespace" },
    ]);
  });

  it('shows nothing where there is nothing', () => {
    expect(viewOf('')).toMatchObject({ nodes: [], edges: [], notes: [] });
    expect(viewOf('').addresses).toBeUndefined();
  });
});

describe('groups of nodes', () => {
  const affinity = (...terms: readonly string[]): string =>
    `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [${terms.join(', ')}]}}}`;
  const expressions = (...list: readonly string[]): string => `{matchExpressions: [${list.join(', ')}]}`;

  it.each([
    ['', 'Any node'],
    ['nodeSelector: {}', 'Any node'],
    ['nodeSelector: {kubernetes.io/os: linux}', 'Any node'],
    ['nodeSelector: {kubernetes.io/os: windows}', 'Nodes: os windows'],
    ['nodeSelector: {disktype: ssd}', 'Nodes: disktype=ssd'],
    ['nodeSelector: {b: "1", kubernetes.io/os: linux, a: "2"}', 'Nodes: a=2, b=1'],
    ['nodeSelector: {kubernetes.io/arch: arm64}', 'Nodes: arch arm64'],
    ['nodeSelector: {kubernetes.io/hostname: worker-1}', 'Node worker-1'],
    ['nodeSelector: {node-role.kubernetes.io/control-plane: ""}', 'Control plane'],
    ['nodeSelector: {node-role.kubernetes.io/master: "true"}', 'Control plane'],
    ['nodeSelector: {node-role.kubernetes.io/infra: ""}', 'Nodes: role infra'],
    ['nodeName: worker-2, nodeSelector: {disktype: ssd}', 'Node worker-2'],
    ['tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists}]', 'Any node'],
    [affinity(expressions('{key: kubernetes.io/os, operator: In, values: [linux]}')), 'Any node'],
    [affinity(expressions('{key: kubernetes.io/os, operator: NotIn, values: [windows]}')), 'Any node'],
    [
      affinity(expressions('{key: topology.kubernetes.io/zone, operator: In, values: [b, a]}')),
      'Nodes: zone in (a, b)',
    ],
    [
      affinity(expressions('{key: gpu, operator: Exists}', '{key: cores, operator: Gt, values: ["8"]}')),
      'Nodes: cores > 8, gpu',
    ],
    [affinity(expressions('{key: type, operator: NotIn, values: [fargate]}')), 'Nodes: type!=fargate'],
    [
      affinity(expressions('{key: node-role.kubernetes.io/control-plane, operator: DoesNotExist}')),
      'Nodes: not control plane',
    ],
    [
      affinity(
        expressions('{key: node-role.kubernetes.io/control-plane, operator: Exists}'),
        expressions('{key: node-role.kubernetes.io/master, operator: Exists}'),
      ),
      'Control plane',
    ],
    [
      affinity(
        expressions('{key: disk, operator: In, values: [ssd]}'),
        expressions('{key: disk, operator: In, values: [nvme]}'),
      ),
      'Nodes: disk=nvme or disk=ssd',
    ],
    [
      affinity(
        expressions('{key: disk, operator: In, values: [ssd]}'),
        expressions('{key: kubernetes.io/os, operator: In, values: [linux]}'),
      ),
      'Any node',
    ],
    [
      `nodeSelector: {gpu: a100}, ${affinity('{matchFields: [{key: metadata.name, operator: In, values: [w]}]}')}`,
      'Nodes: gpu=a100, node w',
    ],
    [affinity(expressions('{key: disk, operator: Near, values: [ssd]}')), 'Nodes: a node affinity that cannot be read'],
  ])('{%s} is "%s"', (podSpec, lane) => {
    expect(laneOf(viewOf(workload('Deployment', 'a', podSpec)), 'Deployment/shop/a')).toBe(lane);
  });

  it('tells DaemonSets of all nodes from those of some', () => {
    const view = viewOf(
      workload('DaemonSet', 'all', 'nodeSelector: {kubernetes.io/os: linux}') +
        workload('DaemonSet', 'some', 'nodeSelector: {disktype: ssd}'),
    );
    expect(laneOf(view, 'DaemonSet/shop/all')).toBe('Every node');
    expect(laneOf(view, 'DaemonSet/shop/some')).toBe('Nodes: disktype=ssd');
  });

  it('takes what an operator passes on to its pods', () => {
    const view = viewOf(
      'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: k8s, namespace: shop}\nspec: {replicas: 2, nodeSelector: {disktype: ssd}}\n',
    );
    expect(laneOf(view, 'Prometheus/shop/k8s')).toBe('Nodes: disktype=ssd');
    expect(printParts(view, 'Prometheus/shop/k8s')).toEqual(['…: pod 1 of 2', '…: pod 2 of 2']);
  });

  it('keeps the common lanes in their place', () => {
    const web = workload('Deployment', 'web', 'nodeSelector: {disktype: ssd}');
    const before = viewOf(web);
    const after = viewOf(
      web + workload('DaemonSet', 'agent') + workload('Deployment', 'api', 'nodeSelector: {z: "1"}'),
    );
    expect(before.lanes).toEqual(['Networks', 'Any node', 'Every node', 'Nodes: disktype=ssd']);
    expect(after.lanes).toEqual([...before.lanes, 'Nodes: z=1']);
  });

  it('folds the rarest constraints into one lane, where the card says which', () => {
    const pools = ['a', 'b', 'c', 'd', 'e'];
    const view = viewOf(
      [
        ...pools.map((pool) => workload('Deployment', pool, `nodeSelector: {pool: ${pool}}`)),
        ...['c', 'd', 'e'].map((pool) => workload('StatefulSet', pool, `nodeSelector: {pool: ${pool}}`)),
      ].join(''),
    );
    expect(view.lanes).toEqual([
      'Networks',
      'Any node',
      'Every node',
      'Nodes: pool=c',
      'Nodes: pool=d',
      'Nodes: pool=e',
      'Other nodes',
    ]);
    expect(laneOf(view, 'Deployment/shop/a')).toBe('Other nodes');
    expect(node(view, 'Deployment/shop/a').lines).toContain('nodes: pool=a');
    expect(node(view, 'Deployment/shop/c').lines).not.toContain('nodes: pool=c');
  });
});

describe('names of pods', () => {
  const service = (name: string, spec: string): string => resource('Service', name, `spec: ${spec}`);
  const headless = service('db', '{clusterIP: None, selector: {app: db}}');

  it('come from the headless Service of a StatefulSet', () => {
    const view = viewOf(
      headless + workload('StatefulSet', 'db', '', 'replicas: 2, serviceName: db, ordinals: {start: 5}'),
      {
        domain: 'corp.example',
      },
    );
    expect(printParts(view, 'StatefulSet/shop/db')).toEqual([
      'db-5: db-5.db.shop.svc.corp.example',
      'db-6: db-6.db.shop.svc.corp.example',
    ]);
    expect(node(view, 'StatefulSet/shop/db').lines).toEqual(['db-5.db.shop.svc', 'app=db']);
  });

  it.each([
    ['', headless, 'no serviceName is written'],
    ['serviceName: db', '', 'no Service db among these manifests'],
    ['serviceName: db', service('db', '{selector: {app: db}}'), 'Service db is not headless (clusterIP: None)'],
    ['serviceName: db', service('db', '{clusterIP: None, selector: {app: other}}'), 'Service db selects other pods'],
    ['serviceName: db', service('db', '{clusterIP: None}'), 'Service db has no selector'],
    [
      'serviceName: db',
      service('db', '{type: ExternalName, externalName: x.example}'),
      'Service db is an ExternalName',
    ],
  ])('are missing with {%s} and a reason', (spec, services, reason) => {
    const replicas = spec === '' ? 'replicas: 2' : `replicas: 2, ${spec}`;
    const view = viewOf(services + workload('StatefulSet', 'db', '', replicas));
    expect(printParts(view, 'StatefulSet/shop/db')).toEqual([`db-0: no DNS name of its own: ${reason}`, 'db-1']);
    expect(node(view, 'StatefulSet/shop/db').lines).toEqual(['app=db']);
  });

  it.each([
    ['hostname: h, subdomain: db', ['p: h.db.shop.svc.cluster.local']],
    ['hostname: h, subdomain: other', ['p: no DNS name of its own: no Service other among these manifests']],
    ['subdomain: db', ['p']],
    ['hostname: h', ['p']],
  ])('of a Pod with {%s}', (podSpec, parts) => {
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop, labels: {app: db}}\nspec: {${podSpec}, containers: []}\n`;
    expect(printParts(viewOf(headless + pod), 'Pod/shop/p')).toEqual(parts);
  });
});

describe('networks', () => {
  const flannel = workload('DaemonSet', 'kube-flannel-ds', 'hostNetwork: true');

  it('connect every namespace, and the nodes what is on their network', () => {
    const web = workload('Deployment', 'web').replace('namespace: shop', 'namespace: front');
    const view = viewOf(web + workload('DaemonSet', 'proxy', 'hostNetwork: true'));
    expect(view.edges.map(({ source, target, state }) => [source, target, state])).toEqual([
      ['network/pods', 'namespace/front', 'plain'],
      ['network/nodes', 'DaemonSet/shop/proxy', 'plain'],
    ]);
    expect(badgesOf(view, 'DaemonSet/shop/proxy')).toEqual(['host network']);
    expect(node(view, 'network/pods')).toMatchObject({ lane: 0, group: undefined, title: 'Pod network', lines: [] });
  });

  it('say which plugin carries them, and who says so', () => {
    const view = viewOf(flannel, { serviceCidrs: ['10.96.0.0/12'] });
    expect(node(view, 'network/pods')).toMatchObject({
      kind: 'network',
      title: 'Flannel',
      lines: ['Services 10.96.0.0/12', 'from DaemonSet kube-flannel-ds'],
      badges: [{ text: 'holds no policies', tone: 'warn' }],
      location: { file: uriOf('a.yaml'), range: { start: { line: 2 } } },
    });
  });

  it.each([
    ['calico', 'Calico'],
    ['cilium', 'Cilium'],
    ['weave-net', 'Weave Net'],
    ['kindnet', 'kindnet'],
    ['kube-router', 'kube-router'],
    ['aws-vpc-cni', 'AWS VPC CNI'],
    ['gke-dataplane', 'GKE Dataplane V2'],
  ])('call %s by its name', (networkPlugin, title) => {
    const found = node(viewOf(workload('Deployment', 'a'), { networkPlugin }), 'network/pods');
    expect(found).toMatchObject({ title, lines: ['from the settings'] });
    expect(found.badges).toEqual([]);
  });

  it('carry the problems of resources that have no card', () => {
    const view = viewOf(kubeadm('10.96.0.0/16', '10.96.0.0/12'));
    expect(node(view, 'network/pods').problems.map(({ rule }) => rule)).toEqual(['cluster-cidr-overlap']);
    expect(badgesOf(view, 'network/pods')).toEqual(['ranges overlap']);
  });

  it.each([
    ['{hostPort: 8080, containerPort: 80}', '', ['host port 8080']],
    ['{hostPort: 0, containerPort: 80}', '', []],
    ['{hostPort: 80, containerPort: 80}', 'hostNetwork: true, ', ['host network']],
  ])('of nodes reach a pod through %s', (port, podSpec, badges) => {
    const spec = `spec: {template: {spec: {${podSpec}containers: [{name: c, ports: [${port}]}]}}}`;
    expect(badgesOf(viewOf(resource('Deployment', 'a', spec)), 'Deployment/shop/a')).toEqual(badges);
  });

  it.each([
    ['a', 'kubernetes.io/hostname', 2, ['at most one per node']],
    ['a', 'kubernetes.io/hostname', 1, []],
    ['b', 'kubernetes.io/hostname', 2, []],
    ['a', 'topology.kubernetes.io/zone', 2, []],
  ])('with anti-affinity to app=%s by %s and %d pods', (app, topologyKey, replicas, badges) => {
    const term = `{labelSelector: {matchLabels: {app: ${app}}}, topologyKey: ${topologyKey}}`;
    const spec = `affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [${term}]}}`;
    const view = viewOf(workload('Deployment', 'a', spec, `replicas: ${replicas}`));
    expect(badgesOf(view, 'Deployment/shop/a')).toEqual(badges);
  });
});

describe('the address bar', () => {
  const printRanges = (view: DiagramView): readonly string[] =>
    (view.addresses?.ranges ?? []).map(({ id, source }) => `${id} · ${source}`);

  it('holds the ranges of the cluster with who says so, in the order of addresses', () => {
    const view = viewOf(kubeadm('10.244.0.0/16,fd00:1::/56', '10.96.0.0/12') + pool('blue', '10.244.0.0/16'), {
      nodeCidrs: ['192.168.0.0/24'],
    });
    expect(printRanges(view)).toEqual([
      "service 10.96.0.0/12 · kubeadm's ClusterConfiguration",
      "pod 10.244.0.0/16 · IPPool blue and kubeadm's ClusterConfiguration",
      'node 192.168.0.0/24 · the setting kubepath.cluster.nodeCidrs',
      "pod fd00:1::/56 · kubeadm's ClusterConfiguration",
    ]);
    expect(view.addresses?.ranges[1]).toMatchObject({ family: 4, first: '183762944', last: '183828479' });
    expect(view.addresses?.overlaps).toEqual([]);
  });

  it('says what is taken where nothing is written', () => {
    const view = viewOf(
      'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking: {podSubnet: 10.100.0.0/16}\n',
    );
    expect(printRanges(view)[0]).toBe("service 10.96.0.0/12 · kubeadm's ClusterConfiguration, by default");
    expect(view.addresses?.overlaps[0]?.text).toContain("(kubeadm's ClusterConfiguration, by default)");
  });

  it('shows blocks of policies that lie among them, and none that say nothing of them', () => {
    const view = viewOf(
      policy('10.244.3.0/24', '10.240.0.0/12', '10.0.0.0/8', '0.0.0.0/0', '192.0.2.0/24', 'nonsense', '10.244.3.0/24'),
      { podCidrs: ['10.244.0.0/16'] },
    );
    expect(printRanges(view)).toEqual([
      'policy 10.240.0.0/12 · NetworkPolicy shop/p',
      'pod 10.244.0.0/16 · the setting kubepath.cluster.podCidrs',
      'policy 10.244.3.0/24 · NetworkPolicy shop/p',
    ]);
    expect(view.addresses?.overlaps).toEqual([]);
    expect(view.addresses?.ranges[2]?.location?.file).toBe(uriOf('a.yaml'));
  });

  it('leaves out the narrowest of very many blocks, and says so', () => {
    const narrow = Array.from({ length: 30 }, (_, index) => `10.244.${index}.0/28`);
    const view = viewOf(policy(...narrow, '10.244.0.0/20'), { podCidrs: ['10.244.0.0/16'] });
    expect(view.addresses?.ranges).toHaveLength(21);
    expect(printRanges(view)).toContain('policy 10.244.0.0/20 · NetworkPolicy shop/p');
    expect(view.notes).toEqual(["Of the policies' ipBlocks the bar shows the widest and leaves out 11."]);
  });

  it('explains an overlap', () => {
    const view = viewOf(pool('blue', '10.96.0.0/24'), { serviceCidrs: ['10.96.0.0/12'] });
    expect(view.addresses?.overlaps).toEqual([
      {
        ranges: ['service 10.96.0.0/12', 'pod 10.96.0.0/24'],
        first: String(parseCidr('10.96.0.0/24')?.first),
        last: String(parseCidr('10.96.0.0/24')?.last),
        text: 'The pod CIDR 10.96.0.0/24 (IPPool blue) overlaps the Service CIDR 10.96.0.0/12 (the setting kubepath.cluster.serviceCidrs) from 10.96.0.0 to 10.96.0.255. One address may then be that of a Service and of a pod: choose ranges that lie apart.',
      },
    ]);
  });

  it.each<[string, string, Partial<Settings['cluster']>, readonly string[]]>([
    ['apart', '', { podCidrs: ['10.244.0.0/16'], serviceCidrs: ['10.245.0.0/16'] }, []],
    ['the same', '', { podCidrs: ['10.0.0.0/16'], nodeCidrs: ['10.0.0.0/16'] }, ['node 10.0.0.0/16 pod 10.0.0.0/16']],
    ['IPv6', '', { podCidrs: ['fd00::/48'], serviceCidrs: ['fd00::/108'] }, ['pod fd00::/48 service fd00::/108']],
    ['families', '', { podCidrs: ['::/8'], serviceCidrs: ['0.0.0.0/8'] }, []],
    ['AWS', '', { podCidrs: ['10.0.0.0/16'], nodeCidrs: ['10.0.0.0/24'], networkPlugin: 'aws-vpc-cni' }, []],
    ['pools', pool('a', '10.1.0.0/16') + pool('b', '10.1.2.0/24'), {}, ['pod 10.1.0.0/16 pod 10.1.2.0/24']],
    ['one pool twice', pool('b', '10.1.0.0/16') + pool('a', '10.1.0.0/16'), {}, ['pod 10.1.0.0/16 pod 10.1.0.0/16']],
    ['ranges of one use', '', { podCidrs: ['10.1.0.0/16', '10.1.2.0/24'] }, []],
    [
      'nested',
      '',
      { podCidrs: ['10.0.0.0/8'], serviceCidrs: ['10.1.0.0/16'], nodeCidrs: ['10.1.2.0/24', '10.2.0.0/24'] },
      [
        'pod 10.0.0.0/8 service 10.1.0.0/16',
        'pod 10.0.0.0/8 node 10.1.2.0/24',
        'service 10.1.0.0/16 node 10.1.2.0/24',
        'pod 10.0.0.0/8 node 10.2.0.0/24',
      ],
    ],
  ])('finds overlaps: %s', (_, text, cluster, expected) => {
    const overlaps = viewOf(text, cluster).addresses?.overlaps ?? [];
    const printed = overlaps.map(({ ranges }) => [...ranges].join(' '));
    expect(new Set(printed.map(sortedIds))).toEqual(new Set(expected.map(sortedIds)));
    expect(printed).toHaveLength(expected.length);
  });

  it('says that Services far into the pool of Cilium matter little', () => {
    const cilium =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\ndata: {ipam: cluster-pool, cluster-pool-ipv4-cidr: 10.0.0.0/8}\n';
    const [overlap] = viewOf(cilium, { serviceCidrs: ['10.96.0.0/12'] }).addresses?.overlaps ?? [];
    expect(overlap?.text).toContain('thousands of nodes');
    expect(badgesOf(viewOf(cilium, { serviceCidrs: ['10.96.0.0/12'] }), 'network/pods')).toEqual([]);
  });

  /** `a b c d` with the two ids in the order of their texts. */
  function sortedIds(printed: string): string {
    const [a, b, c, d] = printed.split(' ');
    return [`${a ?? ''} ${b ?? ''}`, `${c ?? ''} ${d ?? ''}`].sort().join(' ');
  }
});

describe('whatever the manifests', () => {
  const name = fc.constantFrom('a', 'b', 'c', '""');
  const podSpec = fc.constantFrom(
    '',
    'hostNetwork: true',
    'nodeSelector: {disktype: ssd}',
    'nodeSelector: {pool: [1]}',
    'nodeSelector: {"<img onerror>": x}',
    'nodeName: n',
    'affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{}, {matchExpressions: [{}]}]}}}',
    'affinity: 7',
  );
  const spec = fc.constantFrom(
    '',
    'replicas: .nan',
    'replicas: -3',
    'replicas: 2.5',
    'serviceName: a, ordinals: {start: -1}',
  );
  const anything = fc.oneof(
    fc
      .tuple(fc.constantFrom('Deployment', 'DaemonSet', 'StatefulSet', 'Job', 'CronJob'), name, podSpec, spec)
      .map(([kind, own, pods, rest]) => workload(kind, own, pods, rest)),
    name.map((own) => resource('Service', own, 'spec: {clusterIP: None, selector: {app: a}}')),
    fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', 'fd00::/64', '10.1.2.3', '').map((cidr) => pool('p', cidr)),
    fc.constantFrom('10.1.0.0/24', 'fd00::/8').map((cidr) => policy(cidr)),
  );

  it('has unique ids, edges that end at nodes or frames, and lanes for all', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 14 }), (resources) => {
        const { nodes, edges, groups: frames, lanes, addresses } = viewOf(resources.join(''));
        const ids = [...nodes, ...frames].map(({ id }) => id);
        const known = new Set(ids);
        expect(known.size).toBe(ids.length);
        expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
        expect(edges.filter(({ source, target }) => !known.has(source) || !known.has(target))).toEqual([]);
        expect(
          nodes.filter(({ lane, group }) => (group === undefined ? lane !== 0 : lane < 1 || lane >= lanes.length)),
        ).toEqual([]);
        const ranges = new Set((addresses?.ranges ?? []).map(({ id }) => id));
        expect(ranges.size).toBe(addresses?.ranges.length ?? 0);
        expect(
          (addresses?.overlaps ?? []).flatMap((overlap) => overlap.ranges).filter((id) => !ranges.has(id)),
        ).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('is the same in whatever order files are read', () => {
    const distinct = fc.uniqueArray(
      fc.tuple(fc.constantFrom('Deployment', 'DaemonSet', 'StatefulSet'), fc.constantFrom('a', 'b', 'c', 'd'), podSpec),
      { maxLength: 8, selector: ([kind, own]) => `${kind}/${own}` },
    );
    const filesOf = (items: readonly (readonly [string, string, string])[]): Files => ({
      ...Object.fromEntries(items.map(([kind, own, pods]) => [`${kind}-${own}.yaml`, workload(kind, own, pods)])),
      'pools.yaml': pool('b', '10.1.0.0/16') + pool('c', '10.0.0.0/24'),
    });
    const orders = distinct.chain((items) =>
      fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })),
    );
    const rest = { 'rest.yaml': pool('a', '10.1.0.0/16') + policy('10.1.0.0/28') };
    // Of two that clash the one that is applied later has the problem.
    const withoutProblems = (view: DiagramView): DiagramView => ({
      ...view,
      nodes: view.nodes.map((each) => ({ ...each, problems: [] })),
    });
    fc.assert(
      fc.property(orders, ([items, shuffled]) => {
        const [one, other] = [viewOf({ ...filesOf(shuffled), ...rest }), viewOf({ ...rest, ...filesOf(items) })];
        expect(withoutProblems(one)).toEqual(withoutProblems(other));
      }),
      { numRuns: 50 },
    );
  });

  it('is the same whatever was edited last', () => {
    const files = {
      'a.yaml':
        workload('Deployment', 'a', 'nodeSelector: {disktype: ssd}') + workload('DaemonSet', 'z', 'hostNetwork: true'),
      'b.yaml': workload('StatefulSet', 'a') + pool('b', '10.1.0.0/16'),
    };
    const { analyzer } = analyze(files);
    const before = analyzer.view({ view: 'pods' });
    for (const [file, text] of Object.entries(files)) {
      analyzer.setFile(uriOf(file), '');
      analyzer.setFile(uriOf(file), text);
    }
    expect(analyzer.view({ view: 'pods' })).toEqual(before);
  });
});
