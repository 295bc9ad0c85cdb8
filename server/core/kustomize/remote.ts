/** A URL, an scp-like address or a host with a path, as kustomize's own loader tells them from directories (ifc/loader, git cloner). */
export function isRemote(entry: string): boolean {
  return (
    /^[a-z][a-z+.-]*:/i.test(entry) ||
    /^git@/.test(entry) ||
    /^(www\.)?(github|gitlab|bitbucket)\.[a-z]+\//i.test(entry) ||
    /\?(.*&)?(ref|version)=/.test(entry) ||
    /^[^/]+\.git(\/|$)/.test(entry)
  );
}
