import { printAddress, type Cidr } from './cidr';

/** `10.0.0.0 – 10.255.255.255`: the first and the last address of a CIDR. */
export function printRange({ family, first, last }: Cidr): string {
  return first === last
    ? printAddress(first, family)
    : `${printAddress(first, family)} – ${printAddress(last, family)}`;
}

/** `256 addresses`; beyond what anyone reads as a number, `2^64 addresses`. A CIDR's size is always a power of two. */
export function printCount({ first, last }: Cidr): string {
  const count = last - first + 1n;
  if (count === 1n) return '1 address';
  const power = count.toString(2).length - 1;
  return power > 32 ? `2^${power} addresses` : `${count.toString().replace(/\B(?=(\d{3})+$)/g, ',')} addresses`;
}
