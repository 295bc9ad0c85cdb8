import type { PlainFile } from './plain-file';

/** Whether a word of a file's name tells nothing of what is special to it. */
export type IsBlank = (word: string) => boolean;

/** Where an application runs: files that are called after two such places are never applied together. */
const environments = words(
  'dev devel development local prod production live staging stage test testing qa uat int integration preprod preview sandbox minikube kind k3s ' +
    'microk8s eks gke aks aws gcp azure openshift',
);

/** What is said of one form of a thing, which is applied in the place of another. */
const forms = new Set([
  ...environments,
  ...words('tls ssl https insecure ipv4 ipv6 dual dualstack nodeport loadbalancer clusterip hostnetwork hostport psa'),
  ...words(
    'with without allow deny enabled disabled ha all full minimal min slim lite small large advanced simple combined bundle',
  ),
  ...words('alt alternative variant example sample demo debug'),
]);

/** What is said of a copy: somebody forgot it there, and it is applied with the rest. */
const copies = words(
  'copy backup bak old new orig original dup duplicate more extra other another again tmp temp fix fixed final',
);

/** What is said of something that is applied beside another, under a name of its own. */
const companions = words(
  'internal external public private canary blue green headless primary replica read write worker admin metrics http grpc tcp udp',
);

/** What is said of a thing, whatever its form. */
const kinds = words(
  'app application manifest manifests resource resources k8s kube kubernetes deploy deployment deployments dep service services svc ' +
    'statefulset sts daemonset ds pod pods job cronjob ingress ing route routes httproute grpcroute tcproute tlsroute gateway gw configmap cm ' +
    'config secret secrets policy policies networkpolicy netpol np namespace ns rbac role pvc pv hpa pdb',
);

const plain = new Set([...copies, ...companions, ...kinds]);

/** Words that tell nothing: kinds, copies, companions, numbers, single letters, and names of what the files of a directory hold. */
export function blankWords(files: readonly PlainFile[]): IsBlank {
  const names = new Set(files.flatMap(({ resources }) => resources.flatMap(({ name }) => wordsOf(name))));
  return (word) => word.length < 2 || /^\d+$/.test(word) || plain.has(word) || names.has(word);
}

/**
 * Whether the names of two files tell that they are forms of one thing: `web.yaml` and `web-tls.yaml`, `web-v1.yaml` and `web-v2.yaml`. What is
 * special to each must say so.
 */
export function namesTell(a: string, b: string, isBlank: IsBlank): boolean {
  const { shared, special } = compare(a, b);
  const told = special.filter((some) => some.length > 0);
  if (told.length === 0) return false;
  if (told.flat().some(isForm)) return true;
  if (!shared) return false;
  const areNumbered = special.every((some) => some.length === 1 && some.every((word) => /^\d+$/.test(word)));
  return areNumbered || told.every((some) => some.some((word) => !isBlank(word)));
}

/** Whether two files are called after environments, each after another: `web-dev.yaml` and `web-prod.yaml`. */
export function namesOfEnvironments(a: string, b: string): boolean {
  const { special } = compare(a, b);
  return special.every((some) => some.length > 0 && some.every((word) => environments.includes(word)));
}

function isForm(word: string): boolean {
  return forms.has(word) || /^v\d/.test(word);
}

interface Comparison {
  /** Whether the names have a word in common at their start or end. */
  readonly shared: boolean;
  /** The words between, of each of the two. */
  readonly special: readonly [readonly string[], readonly string[]];
}

function compare(a: string, b: string): Comparison {
  const [first, second] = [stemOf(a), stemOf(b)];
  const most = Math.min(first.length, second.length);
  let start = 0;
  while (start < most && first[start] === second[start]) start++;
  let end = 0;
  while (end < most - start && first.at(-1 - end) === second.at(-1 - end)) end++;
  const special = (some: readonly string[]): readonly string[] => some.slice(start, some.length - end);
  return { shared: start + end > 0, special: [special(first), special(second)] };
}

/** Words of a file's name, without a number before it that only says what comes first. */
function stemOf(uri: string): readonly string[] {
  const name = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1)).replace(/\.(ya?ml|json)$/i, '');
  const all = wordsOf(name);
  const isOrder = all.length > 1 && /^\d+$/.test(all[0] ?? '');
  return isOrder ? all.slice(1) : all;
}

/** `webTls2` is made of `web`, `tls` and `2`; `v2` and `ipv6` are one word. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .flatMap((word) => {
      const [, letters, number] = /^(.*[a-z]{2})(\d+)$/.exec(word) ?? [];
      return letters === undefined || number === undefined || forms.has(word) ? word : [letters, number];
    })
    .filter((word) => word !== '');
}

function words(text: string): readonly string[] {
  return text.split(' ');
}
