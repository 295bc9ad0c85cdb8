import { describe, expect, it } from 'vitest';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { madeSecretsOf } from '../../server/core/model/made-secrets';
import { createModel, replaceFile } from '../../server/core/model/network-model';

function namesIn(namespace: string, ...documents: readonly object[]): readonly string[] {
  const file = 'file:///secrets.yaml';
  const model = createModel({ name: 'test', kind: 'directory', root: 'file:///', complete: true, files: [file] }, []);
  const text = documents.map((document) => JSON.stringify(document)).join('\n---\n');
  replaceFile(model, file, readManifest(file, text).resources, false);
  return madeSecretsOf(model, namespace).map(({ name }) => name);
}

function custom(apiVersion: string, kind: string, spec: object, namespace = 'shop'): object {
  return { apiVersion, kind, metadata: { name: 'own', namespace }, spec };
}

describe('Secrets that operators make', () => {
  it.each([
    ['bitnami.com/v1alpha1', 'SealedSecret', {}, ['own']],
    ['cert-manager.io/v1', 'Certificate', { secretName: 'tls' }, ['tls']],
    ['cert.gardener.cloud/v1alpha1', 'Certificate', { secretRef: { name: 'tls' } }, ['tls']],
    ['external-secrets.io/v1', 'ExternalSecret', { target: { name: 'tls' } }, ['tls']],
    ['external-secrets.io/v1', 'ExternalSecret', {}, ['own']],
    ['kubernetes-client.io/v1', 'ExternalSecret', {}, ['own']],
    ['secrets.hashicorp.com/v1beta1', 'VaultStaticSecret', { destination: { name: 'tls' } }, ['tls']],
    ['secrets.hashicorp.com/v1beta1', 'VaultPKISecret', {}, []],
    ['ricoberger.de/v1alpha1', 'VaultSecret', {}, ['own']],
    ['secrets.infisical.com/v1alpha1', 'InfisicalSecret', { managedSecretReference: { secretName: 'tls' } }, ['tls']],
    ['spv.no/v2beta1', 'AzureKeyVaultSecret', { output: { secret: { name: 'tls' } } }, ['tls']],
    [
      'isindir.github.com/v1alpha3',
      'SopsSecret',
      { secretTemplates: [{ name: 'a' }, null, { name: 'b' }] },
      ['a', 'b'],
    ],
    ['secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', { secretObjects: [{ secretName: 'tls' }] }, ['tls']],
    ['example.com/v1', 'Certificate', { secretName: 'tls' }, []],
  ])('%s %s %j', (apiVersion, kind, spec, names) => {
    expect(namesIn('shop', custom(apiVersion, kind, spec))).toEqual(names);
  });

  it('are in the namespace of their resource, in another one that it names, or wherever it selects', () => {
    expect(namesIn('web', custom('bitnami.com/v1alpha1', 'SealedSecret', {}))).toEqual([]);
    const doppler = custom('secrets.doppler.com/v1alpha1', 'DopplerSecret', {
      managedSecret: { name: 'tls', namespace: 'web' },
    });
    expect(namesIn('web', doppler)).toEqual(['tls']);
    const everywhere = custom('external-secrets.io/v1', 'ClusterExternalSecret', { externalSecretName: 'tls' });
    expect(namesIn('web', everywhere)).toEqual(['tls']);
  });
});
