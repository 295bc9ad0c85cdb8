import { makesSecrets } from '../manifest/kinds';
import { itemsAt, stringAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { derived, namespaceOf, resourcesOf, type NetworkModel } from './network-model';

/** A Secret that an operator makes of a resource. */
export interface MadeSecret {
  readonly name: string;
  readonly resource: Resource;
}

/** The Secrets that operators make in a namespace of resources of the scope. */
export function madeSecretsOf(model: NetworkModel, namespace: string): readonly MadeSecret[] {
  const byNamespace = derived(model, 'made-secrets', () => {
    const found = new Map<string, MadeSecret[]>();
    for (const resource of resourcesOf(model)) {
      if (!makesSecrets(resource.apiVersion, resource.kind)) continue;
      const place = stringAt(resource.root, 'spec', 'managedSecret', 'namespace')?.value || namespaceOf(resource);
      const made = found.get(place) ?? [];
      found.set(place, made);
      for (const name of namesOf(resource)) if (name !== '') made.push({ name, resource });
    }
    return found;
  });
  // What has no namespace itself makes them in namespaces that it selects.
  return [...(byNamespace.get(namespace) ?? []), ...(byNamespace.get('') ?? [])];
}

/** As each operator's reference says: most let the name be written, and take their own where it is not. */
function namesOf({ kind, name, root }: Resource): readonly string[] {
  const spec = (...path: readonly string[]): string | undefined => stringAt(root, 'spec', ...path)?.value;
  switch (kind) {
    case 'Certificate':
      return [spec('secretName') ?? spec('secretRef', 'name') ?? ''];
    case 'ExternalSecret':
      return [spec('target', 'name') ?? name];
    case 'ClusterExternalSecret':
      return [spec('externalSecretSpec', 'target', 'name') ?? spec('externalSecretName') ?? name];
    case 'VaultStaticSecret':
    case 'VaultDynamicSecret':
    case 'VaultPKISecret':
      return [spec('destination', 'name') ?? ''];
    case 'InfisicalSecret':
      return [
        spec('managedSecretReference', 'secretName') ?? '',
        ...namedIn(root, 'secretName', 'managedKubeSecretReferences'),
      ];
    case 'DopplerSecret':
      return [spec('managedSecret', 'name') ?? ''];
    case 'AzureKeyVaultSecret':
      return [spec('output', 'secret', 'name') ?? ''];
    case 'BitwardenSecret':
      return [spec('secretName') ?? ''];
    case 'SopsSecret':
      return namedIn(root, 'name', 'secretTemplates');
    case 'SecretProviderClass':
      return namedIn(root, 'secretName', 'secretObjects');
    default:
      return [name];
  }
}

function namedIn(root: SourceNode, field: string, list: string): readonly string[] {
  return itemsAt(root, 'spec', list).flatMap((item) => stringAt(item, field)?.value ?? []);
}
