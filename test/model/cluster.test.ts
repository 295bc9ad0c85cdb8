import { describe, expect, it } from 'vitest';
import { settingSentences } from '../../server/core/check-settings';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { clusterFacts, printSource } from '../../server/core/model/cluster';
import { createModel, namespaceOf, replaceFile, type NetworkModel } from '../../server/core/model/network-model';
import { nodePortsIn } from '../../server/core/model/node-ports';
import { readSettings } from '../../server/core/settings';

function modelOf(...texts: readonly string[]): NetworkModel {
  const files = texts.map((_, index) => `file:///${index}.yaml`);
  const model = createModel({ name: 'test', kind: 'directory', root: 'file:///', complete: true, files }, []);
  texts.forEach((text, index) => {
    const uri = files[index] ?? '';
    replaceFile(model, uri, readManifest(uri, text).resources, false);
  });
  return model;
}

function factsOf(model: NetworkModel, cluster: object = {}) {
  return clusterFacts(model, readSettings({ cluster }));
}

function cidrsOf(model: NetworkModel, cluster: object = {}): readonly string[] {
  return factsOf(model, cluster).cidrs.map((known) => `${known.use} ${known.text} ${printSource(known)}`);
}

function daemonSet(name: string, ...images: readonly string[]): string {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'kube-system' },
    spec: { template: { metadata: { labels: { app: name } }, spec: { containers } } },
  });
}

const kubeadm = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer: { extraArgs: [{ name: service-node-port-range, value: 20000-25000 }] }
networking: { dnsDomain: example.local, podSubnet: "10.244.0.0/16,fd00::/56" }
`;

function kindCluster(networking: string): string {
  return `apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnetworking: ${networking}\n`;
}

describe('what is known of a cluster', () => {
  it('is nothing where nobody tells', () => {
    expect(factsOf(modelOf('')).cidrs).toEqual([]);
    expect(factsOf(modelOf(''))).toMatchObject({
      allServiceCidrs: false,
      networkPlugin: undefined,
      nodePorts: { first: 30000, last: 32767, isWritten: false },
      domain: 'cluster.local',
    });
  });

  it("comes from kubeadm, with kubeadm's default for Services", () => {
    const model = modelOf(kubeadm);
    expect(cidrsOf(model)).toEqual([
      "pod 10.244.0.0/16 kubeadm's ClusterConfiguration",
      "pod fd00::/56 kubeadm's ClusterConfiguration",
      "service 10.96.0.0/12 kubeadm's ClusterConfiguration",
    ]);
    expect(factsOf(model)).toMatchObject({
      allServiceCidrs: true,
      nodePorts: { first: 20000, last: 25000, isWritten: true },
      domain: 'example.local',
    });
  });

  it('comes from settings first, use by use', () => {
    const cluster = { podCidrs: ['10.1.0.0/16'], nodePortRange: '80-90', domain: 'my.domain', networkPlugin: 'cilium' };
    expect(cidrsOf(modelOf(kubeadm), cluster)).toEqual([
      'pod 10.1.0.0/16 the setting kubepath.cluster.podCidrs',
      "service 10.96.0.0/12 kubeadm's ClusterConfiguration",
    ]);
    expect(factsOf(modelOf(kubeadm, daemonSet('kube-flannel-ds')), cluster)).toMatchObject({
      nodePorts: { first: 80, last: 90, isWritten: true },
      domain: 'my.domain',
      networkPlugin: { name: 'cilium', resource: undefined },
    });
  });

  it('leaves out what two clusters say differently, and what kind takes by itself', () => {
    const [a, b] = [kindCluster('{ podSubnet: 10.1.0.0/16 }'), kindCluster('{ podSubnet: 10.2.0.0/16 }')];
    expect(cidrsOf(modelOf(a))).toEqual(["pod 10.1.0.0/16 kind's Cluster"]);
    expect(cidrsOf(modelOf(a, b))).toEqual([]);
    expect(cidrsOf(modelOf(a, a))).toHaveLength(1);
  });

  it('forgets a configuration that is gone', () => {
    const model = modelOf(kubeadm);
    expect(cidrsOf(model)).toHaveLength(3);
    replaceFile(model, 'file:///0.yaml', [], false);
    expect(cidrsOf(model)).toEqual([]);
  });

  it('puts configurations outside of namespaces, and a database called Cluster into one', () => {
    const model = modelOf(
      kindCluster('{}'),
      'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: db, namespace: shop }\nspec: { instances: 1 }\n',
    );
    expect([...model.contents.keys()]).toEqual(['shop']);
    expect(readManifest('', kubeadm).resources.map(namespaceOf)).toEqual(['']);
  });
});

describe('the network plugin', () => {
  it.each([
    ['calico', [daemonSet('calico-node', 'docker.io/calico/node:v3.29.1')]],
    ['calico', ['apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: { name: default }\n']],
    ['canal', [daemonSet('canal', 'docker.io/calico/node:v3.29.1', 'docker.io/flannel/flannel:v0.24.4')]],
    ['canal', [daemonSet('calico-node', 'calico/node'), daemonSet('kube-flannel-ds')]],
    ['cilium', [daemonSet('agent', 'quay.io/cilium/cilium:v1.16.0@sha256:ab')]],
    ['flannel', [daemonSet('kube-flannel-ds-amd64', 'quay.io/coreos/flannel:v0.11.0-amd64')]],
    ['flannel', [daemonSet('kube-flannel', 'ghcr.io/flannel-io/flannel:v0.26.1')]],
    ['flannel', [daemonSet('kube-flannel-ds'), kindCluster('{}')]],
    ['kindnet', [kindCluster('{}')]],
    ['kube-router', ['apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nmetadata: { name: k0s }\n']],
    [
      'ovn-kubernetes',
      [
        'apiVersion: config.openshift.io/v1\nkind: Network\nmetadata: { name: cluster }\nspec: { networkType: OVNKubernetes }\n',
      ],
    ],
    ['weave-net', [daemonSet('weave-net', 'weaveworks/weave-kube:2.8.1')]],
  ])('is %s', (name, texts) => {
    expect(factsOf(modelOf(...texts)).networkPlugin?.name).toBe(name);
  });

  it.each([
    ['nothing', ['']],
    ['kind without its own', [kindCluster('{ disableDefaultCNI: true }')]],
    ['Flannel with a policy controller', [daemonSet('kube-flannel-ds', 'flannel', 'x/kube-network-policies:v1')]],
    ['Flannel beside kube-router', [daemonSet('kube-flannel-ds'), daemonSet('kube-router')]],
    ['what is called alike', [daemonSet('my-flannel-exporter', 'example.com/flannel-exporter:1')]],
    ['a Cilium operator alone', [daemonSet('operator', 'quay.io/cilium/operator-generic:v1')]],
  ])('is unknown with %s', (_, texts) => {
    expect(factsOf(modelOf(...texts)).networkPlugin).toBeUndefined();
  });
});

describe('settings of the cluster', () => {
  it('leave out what cannot be, with a sentence', () => {
    const cluster = {
      podCidrs: ['10.244.0.0/16', '10.300.0.0/16', '10.0.0.0', 7],
      serviceCidrs: '10.96.0.0/12',
      networkPlugin: 'calcio',
      nodePortRange: '32767-30000',
    };
    expect(readSettings({ cluster }).cluster).toEqual({
      podCidrs: ['10.244.0.0/16'],
      serviceCidrs: [],
      nodeCidrs: [],
      networkPlugin: '',
      nodePortRange: '',
      domain: 'cluster.local',
    });
    const sentences = settingSentences({ cluster }).join('\n');
    expect(sentences).toContain('"cluster.podCidrs" is "10.300.0.0/16": write a CIDR, e.g. 10.244.0.0/16.');
    expect(sentences).toContain('"cluster.podCidrs" is "10.0.0.0": write a CIDR, e.g. 10.244.0.0/16.');
    expect(sentences).toContain('"cluster.serviceCidrs" is "10.96.0.0/12": write a list.');
    expect(sentences).toContain('"cluster.networkPlugin" is "calcio"');
    expect(sentences).toContain('"cluster.nodePortRange" is "32767-30000": write two numbers with a dash between');
  });

  it('knows ranges of ports', () => {
    expect(nodePortsIn('30000-32767')).toEqual({ first: 30000, last: 32767 });
    expect(nodePortsIn(' 80 - 80 ')).toEqual({ first: 80, last: 80 });
    for (const text of ['', '30000', '1-65536', '0-10', '2-1', 'a-b', '30000+2767']) {
      expect(nodePortsIn(text)).toBeUndefined();
    }
  });
});
