/** A set of small numbers (classes of pods, ranges of addresses) as bits, 32 to a word. All sets of one universe have the same length. */
export type Bitset = Uint32Array;

/** The empty set of a universe of `size` members. */
export function emptyBits(size: number): Bitset {
  return new Uint32Array((size + 31) >>> 5);
}

/** All members of a universe. */
export function allBits(size: number): Bitset {
  const bits = emptyBits(size);
  setBits(bits, 0, size);
  return bits;
}

/** Adds one member. */
export function setBit(bits: Bitset, member: number): void {
  const word = member >>> 5;
  bits[word] = (bits[word] ?? 0) | (1 << (member & 31));
}

/** Adds the members from `first` up to, but without, `end`. */
export function setBits(bits: Bitset, first: number, end: number): void {
  for (let member = first; member < end; member++) {
    if ((member & 31) === 0 && member + 32 <= end) {
      bits[member >>> 5] = 0xffffffff;
      member += 31;
    } else setBit(bits, member);
  }
}

export function hasBit(bits: Bitset, member: number): boolean {
  return (((bits[member >>> 5] ?? 0) >>> (member & 31)) & 1) === 1;
}

/** Adds to `target` all members of `other`. */
export function addBits(target: Bitset, other: Bitset): void {
  for (let word = 0; word < target.length; word++) target[word] = (target[word] ?? 0) | (other[word] ?? 0);
}

/** Members of both sets, as a new set. */
export function commonBits(a: Bitset, b: Bitset): Bitset {
  const bits = new Uint32Array(a.length);
  for (let word = 0; word < a.length; word++) bits[word] = (a[word] ?? 0) & (b[word] ?? 0);
  return bits;
}

/** Members of the first set that are not in the second, as a new set. */
export function withoutBits(a: Bitset, b: Bitset): Bitset {
  const bits = new Uint32Array(a.length);
  for (let word = 0; word < a.length; word++) bits[word] = (a[word] ?? 0) & ~(b[word] ?? 0);
  return bits;
}

export function isEmptyBits(bits: Bitset): boolean {
  for (let word = 0; word < bits.length; word++) if (bits[word] !== 0) return false;
  return true;
}

/** Whether there is a member below `end`. */
export function hasBitBelow(bits: Bitset, end: number): boolean {
  const whole = end >>> 5;
  for (let word = 0; word < whole; word++) if (bits[word] !== 0) return true;
  return ((bits[whole] ?? 0) & ((1 << (end & 31)) - 1)) !== 0;
}

/** Calls back for every member, in ascending order. */
export function eachBit(bits: Bitset, visit: (member: number) => void): void {
  for (let index = 0; index < bits.length; index++) {
    for (let word = bits[index] ?? 0; word !== 0; word &= word - 1) {
      visit((index << 5) + 31 - Math.clz32(word & -word));
    }
  }
}
