import type { MapNode, OffsetRange, ScalarNode, SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';

/** A `kustomization.yaml`, or what another tool's resource says in its place. */
export interface KustomizationFile {
  /** URI of the directory that its paths are relative to, without trailing slash. */
  readonly directory: string;
  /** URI of the file it is written in: the file of every node of `root` that names none. */
  readonly uri: string;
  readonly root: MapNode;
  /** Another tool's resource that says all this (`Kustomization apps` of Flux): it stands beside what the directory itself may say. */
  readonly deployer?: string;
  /** The namespace of what says none, in the end (Argo CD, `destination.namespace`). */
  readonly defaultNamespace?: ScalarNode;
  /** Why nobody can build it, whatever it says. */
  readonly problem?: { readonly message: string; readonly range: OffsetRange };
}

/** Why something that a kustomization names cannot be had. */
export interface Unavailable {
  /** Ends a sentence that begins with the path: `does not exist`, `is a directory without a kustomization`, `is not text`. */
  readonly unavailable: string;
  /** kustomize would refuse it, wherever it is built. */
  readonly refused?: true;
  /** The content of a file that is there and is no text: generators take it as it is. */
  readonly bytes?: Uint8Array;
}

/** What a kustomization can name, already read. Every URI is a result of `resolve`. Nothing here throws. */
export interface KustomizeSource {
  /** The URI that a path in a kustomization leads to, without trailing slash. */
  resolve(directory: string, path: string): string;
  /** The kustomization of a directory; undefined where the URI is no directory with one. */
  kustomizationIn(directory: string): KustomizationFile | undefined;
  /** The resources of a manifest that networking reads, and those of kinds that a replacement or a variable reads. */
  resourcesIn(uri: string): readonly Resource[] | Unavailable;
  /** Every document of a YAML or JSON file, whatever it holds: patches, configurations. Offsets are into that file. */
  treesIn(uri: string): readonly SourceNode[] | Unavailable;
  /** A file's text, for generators; also the text of a kustomization, by its own URI. */
  textOf(uri: string): string | Unavailable;
}

export function isUnavailable(answer: object | string): answer is Unavailable {
  return typeof answer === 'object' && 'unavailable' in answer;
}
