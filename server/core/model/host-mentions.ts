/**
 * A host that a text names in a form that only addresses have. A bare word is none: `OTEL_SERVICE_NAME=emailservice` names no host.
 */
export interface HostMention {
  /** In small letters, without the dot that may end it. */
  readonly host: string;
  /** Of the host within the text, zero-based. */
  readonly start: number;
  readonly end: number;
  /**
   * `cluster`: with `.svc`, which only names of a cluster have. `url`: with a scheme in front. `pair`: `host:port`, which many other things
   * look like.
   */
  readonly form: 'cluster' | 'url' | 'pair';
  /** Of a URL, in small letters. */
  readonly scheme: string | undefined;
  readonly port: WrittenPort | undefined;
  /** Something that is filled in later stands where the port would be. */
  readonly portOpen: boolean;
  /** A path, a query or at least a slash ends the URL: nobody puts a port behind it any more. */
  readonly closed: boolean;
  /** The text is nothing but addresses: one, or several with commas. In free text a pair may be anything. */
  readonly alone: boolean;
}

export interface WrittenPort {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** Every host that a text names, in the order of the text. Linear in its length. */
export function hostMentions(text: string, clusterDomain: string): readonly HostMention[] {
  if (!mayMention.test(text)) return [];
  const { code, upstreams } = withoutComments(text);
  const alone = !/\s/.test(text.trim());
  // Of the hosts of a URL all is said by then.
  const others = code.replace(/\/\/[^\s/?#"'`<>\\|;]+/g, (authority, at: number) =>
    code[at - 1] === ':' ? `//${' '.repeat(authority.length - 2)}` : authority,
  );
  const found = [...urlsIn(code, alone), ...namesIn(others, alone)].map((mention) => asCluster(mention, clusterDomain));
  return found
    .filter(({ form, host }) => form !== 'free' && !upstreams.has(host))
    .map((mention) => mention as HostMention)
    .sort((a, b) => a.start - b.start);
}

/** A mention before it is known whether its name is one of a cluster; `free`: by itself it would be no address. */
type Draft = Omit<HostMention, 'form'> & { readonly form: 'url' | 'pair' | 'free' | 'cluster' };

const mayMention = /\.svc|:\/\/|:\d/;

/** A text with its comments blanked out, so that offsets stay, and the names that nginx gives to groups of servers, which it asks no DNS for. */
function withoutComments(text: string): { readonly code: string; readonly upstreams: ReadonlySet<string> } {
  if (!text.includes('\n')) return { code: text, upstreams: noNames };
  const code = text.replace(/(^|[ \t])(#|\/\/).*$/gm, (comment) => ' '.repeat(comment.length));
  const upstreams = [...code.matchAll(/\bupstream[ \t]+([\w.-]+)\s*\{/g)].map(([, name = '']) => name.toLowerCase());
  return { code, upstreams: new Set(upstreams) };
}

const noNames: ReadonlySet<string> = new Set();

/** A URL's authority ends where a path, a query or the text around it begins (RFC 3986, 3.2). */
const authorityEnd = /[\s/?#"'`<>\\|;]/g;

function urlsIn(text: string, alone: boolean): readonly Draft[] {
  const found: Draft[] = [];
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const scheme = /[A-Za-z][A-Za-z0-9+._-]*$/.exec(text.slice(Math.max(0, at - 40), at))?.[0];
    if (scheme === undefined || !isAddressScheme(scheme)) continue;
    const start = at + 3;
    authorityEnd.lastIndex = start;
    const end = authorityEnd.exec(text)?.index ?? text.length;
    const rest = /^[^\s"'`]*/.exec(text.slice(end, end + 400))?.[0] ?? '';
    // A password with a slash: what stands before it is no host.
    if (rest.includes('@')) continue;
    const closed = /^[/?#]/.test(rest);
    const hosts = text.slice(start, end);
    const from = hosts.lastIndexOf('@') + 1;
    found.push(...hostsIn(hosts, from, start, { scheme: scheme.toLowerCase(), closed, alone }));
  }
  return found;
}

/** Several hosts stand in one URL for MongoDB, Kafka, AMQP and JDBC. */
function hostsIn(
  hosts: string,
  from: number,
  offset: number,
  of: { readonly scheme: string; readonly closed: boolean; readonly alone: boolean },
): readonly Draft[] {
  const found: Draft[] = [];
  let at = from;
  for (const part of hosts.slice(from).split(',')) {
    const [, name, colon, port = ''] = /^([\w.-]+)(:?)(.*)$/.exec(part) ?? [];
    const isOpen = colon === ':' && /^[${%]/.test(port);
    const number = colon === ':' && /^\d{1,5}$/.test(port) ? Number(port) : undefined;
    const isWhole = name !== undefined && (colon === '' ? port === '' : isOpen || number !== undefined);
    if (isWhole) {
      const start = offset + at;
      const portStart = start + name.length + 1;
      const draft = draftOf(name, start, {
        form: 'url',
        ...of,
        port: number === undefined ? undefined : { number, start: portStart, end: portStart + port.length },
        portOpen: isOpen,
      });
      if (draft) found.push(draft);
    }
    at += part.length + 1;
  }
  return found;
}

/** Names outside of URLs: with a port, or for a cluster's own domain. */
function namesIn(text: string, alone: boolean): readonly Draft[] {
  const found: Draft[] = [];
  for (const match of text.matchAll(/[\w.-]+/g)) {
    const [name] = match;
    const start = match.index;
    const end = start + name.length;
    const hasPort = text[end] === ':' && isDigit(text[end + 1]);
    if (!hasPort && !name.includes('.svc')) continue;
    if (!mayStandBehind(text, start)) continue;
    const pair = hasPort ? portAt(text, end + 1) : undefined;
    if (hasPort && !pair) continue;
    const draft = draftOf(name, start, {
      form: pair ? 'pair' : 'free',
      scheme: undefined,
      port: pair,
      portOpen: text[end] === ':' && /[${%]/.test(text[end + 1] ?? ''),
      closed: true,
      alone,
    });
    if (draft) found.push(draft);
  }
  return found;
}

/** What an address may follow: not a part of a path, of an image, of a placeholder or of a pattern. `//` stands in Oracle's JDBC URLs. */
function mayStandBehind(text: string, start: number): boolean {
  const before = text[start - 1];
  if (before === undefined || /[\s"'`=,;([|@+]/.test(before)) return true;
  return before === '/' && text[start - 2] === '/' && text[start - 3] !== ':';
}

/** A port and nothing that would make it something else: a time, a tag of an image, a version, a range. */
function portAt(text: string, start: number): WrittenPort | undefined {
  const [digits] = /^\d{1,6}/.exec(text.slice(start, start + 6)) ?? [''];
  const end = start + digits.length;
  const number = Number(digits);
  if (digits.length > 5 || !isLikelyPort(number) || /[\w.:@-]/.test(text[end] ?? '')) return undefined;
  const path = text[end] === '/' ? (/^[^\s"'`,;)]*/.exec(text.slice(end, end + 300))?.[0] ?? '') : '';
  if (/:[\w.-]+$|@sha256/.test(path)) return undefined;
  return { number, start, end };
}

/** `redis:7`, `node:18`, `12:30`: small numbers behind a colon are tags and times but for the ports that everybody knows. */
function isLikelyPort(number: number): boolean {
  return (number >= 1000 && number <= 65535) || lowPorts.has(number);
}

const lowPorts: ReadonlySet<number> = new Set([
  ...[21, 22, 25, 53, 80, 81, 88, 110, 111, 143, 389, 443, 465, 514, 515, 587, 636, 853, 873, 990, 993, 995],
]);

function draftOf(name: string, start: number, rest: Omit<Draft, 'host' | 'start' | 'end'>): Draft | undefined {
  const written = name.replace(/\.$/, '');
  // DNS knows no capitals, but placeholders and class names do.
  if (!hostName.test(written) || written === 'localhost' || /^\d+$/.test(written.replaceAll('.', ''))) return undefined;
  return { host: written, start, end: start + written.length, ...rest };
}

/** Labels of small letters, digits and dashes (RFC 1123); one of an SRV record has a `_` in front. */
const hostName = /^(?:_[a-z0-9](?:[a-z0-9-]{0,62})\.)*[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))*$/;

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

/** `x.svc` and `x.svc.<cluster domain>`; behind `.svc` anything else is a domain of somebody else. */
function asCluster(draft: Draft, clusterDomain: string): Draft {
  const { host } = draft;
  const suffix = `.svc.${clusterDomain.toLowerCase()}`;
  return host.endsWith('.svc') || host.endsWith(suffix) ? { ...draft, form: 'cluster' } : draft;
}

/**
 * Schemes whose authority is a host that is asked for by DNS. Others look alike and are not: buckets (`s3://`), names of registrations
 * (`lb://`), identities (`spiffe://`), images (`oci://`).
 */
const schemes: ReadonlySet<string> = new Set([
  ...['http', 'https', 'ws', 'wss', 'h2c', 'grpc', 'grpcs', 'tcp', 'udp', 'tls', 'ssl', 'ftp', 'sftp', 'ssh', 'git'],
  ...['redis', 'rediss', 'valkey', 'memcached', 'memcache', 'mongodb', 'postgres', 'postgresql', 'mysql', 'mariadb'],
  ...['sqlserver', 'mssql', 'db2', 'cockroachdb', 'clickhouse', 'cassandra', 'neo4j', 'bolt', 'influxdb', 'couchdb'],
  ...['amqp', 'amqps', 'nats', 'kafka', 'mqtt', 'mqtts', 'stomp', 'pulsar', 'rabbitmq', 'activemq', 'zookeeper', 'zk'],
  ...['ldap', 'ldaps', 'smtp', 'smtps', 'imap', 'imaps', 'syslog', 'statsd', 'fluentd', 'zipkin', 'otlp', 'thrift'],
  ...['elasticsearch', 'opensearch', 'solr', 'etcd', 'consul', 'dubbo', 'rmi', 'rtsp', 'rtmp', 'sip', 'socks5'],
]);

/** `postgresql+psycopg2` is PostgreSQL; Kafka's listeners have names of their own in capitals (`SASL_SSL://`). */
function isAddressScheme(scheme: string): boolean {
  return schemes.has(scheme.toLowerCase().replace(/\+.*$/, '')) || /^[A-Z][A-Z_]+$/.test(scheme);
}

/**
 * What a client connects to where a URL has no port, for schemes whose clients agree on it (IANA, and the databases' documentation). With
 * `+srv` the port stands in an SRV record.
 */
export function defaultPort(scheme: string): number | undefined {
  if (scheme.endsWith('+srv')) return undefined;
  return defaultPorts.get(scheme.replace(/\+.*$/, ''));
}

const defaultPorts: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['ws', 80],
  ['https', 443],
  ['wss', 443],
  ['redis', 6379],
  ['rediss', 6379],
  ['mongodb', 27017],
  ['postgres', 5432],
  ['postgresql', 5432],
  ['mysql', 3306],
  ['amqp', 5672],
  ['amqps', 5671],
  ['nats', 4222],
]);
