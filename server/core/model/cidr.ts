import ipaddr from 'ipaddr.js';

/** A CIDR as the first and last address it covers. */
export interface Cidr {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  /** With host bits cleared and the address in its shortest form: `10.0.0.0/8`. */
  readonly canonical: string;
  /** The address as written has bits beyond the prefix. */
  readonly hostBits: boolean;
}

/**
 * Reads a CIDR as strictly as the API server does since KEP-4858: four decimal parts without leading zeros, or IPv6, and a prefix
 * length; no zone. Undefined when it is none.
 */
export function parseCidr(text: string): Cidr | undefined {
  const isIpv4 = ipaddr.IPv4.isValidCIDRFourPartDecimal(text);
  if (text.includes('%') || (!isIpv4 && !ipaddr.IPv6.isValidCIDR(text))) return undefined;
  // Asked for the family at hand: the library's general function fails into the other one, at ten times the cost.
  const [address, prefix] = isIpv4 ? ipaddr.IPv4.parseCIDR(text) : ipaddr.IPv6.parseCIDR(text);
  const bits = address.kind() === 'ipv4' ? 32 : 128;
  const value = toNumber(address.toByteArray());
  const size = 1n << BigInt(bits - prefix);
  const first = (value / size) * size;
  const family = bits === 32 ? 4 : 6;
  return {
    family,
    first,
    last: first + size - 1n,
    canonical: `${printAddress(first, family)}/${prefix}`,
    hostBits: first !== value,
  };
}

/** Whether a text is a plain address without prefix length. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

/**
 * `010.0.0.1` as `10.0.0.1`: fields that are older than KEP-4858, such as those of Services, are still read so. Other texts stay as they
 * are.
 */
export function withoutLeadingZeros(text: string): string {
  return /^\d+(\.\d+){3}(\/|$)/.test(text) ? text.replace(/(^|\.)0+(?=\d)/g, '$1') : text;
}

/** A plain address as the CIDR of it alone; undefined where a text is none. */
export function addressOf(text: string): Cidr | undefined {
  return isAddress(text) ? parseCidr(`${text}/${text.includes(':') ? 128 : 32}`) : undefined;
}

/** Whether `inner` lies wholly in `outer`. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether some address is in both. */
export function overlap(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Whether some CIDRs together leave nothing of `whole`. */
export function coverAll(whole: Cidr, parts: readonly Cidr[]): boolean {
  let next = whole.first;
  for (const part of [...parts]
    .filter(({ family }) => family === whole.family)
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    if (part.first > next) return false;
    if (part.last >= next) next = part.last + 1n;
  }
  return next > whole.last;
}

function toNumber(bytes: readonly number[]): bigint {
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

/** An address in its shortest form, from its value. */
export function printAddress(value: bigint, family: 4 | 6): string {
  const bytes: number[] = [];
  for (let shift = family === 4 ? 24n : 120n; shift >= 0n; shift -= 8n) bytes.push(Number((value >> shift) & 255n));
  return ipaddr.fromByteArray(bytes).toString();
}
