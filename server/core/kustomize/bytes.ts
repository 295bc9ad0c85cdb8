/** UTF-8 and base64 in plain code: the core has no `TextEncoder`, no `btoa` and no `Buffer`. */

export function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = codePointOf(character);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), continuation(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), continuation(code >> 6), continuation(code));
    else bytes.push(0xf0 | (code >> 18), continuation(code >> 12), continuation(code >> 6), continuation(code));
  }
  return Uint8Array.from(bytes);
}

/** Half of a surrogate pair has no UTF-8: the replacement character stands for it, as in Go and `TextEncoder`. */
function codePointOf(character: string): number {
  const code = character.codePointAt(0) ?? 0xfffd;
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
}

function continuation(code: number): number {
  return 0x80 | (code & 0x3f);
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** With padding, the way Kubernetes writes `data` of a Secret (RFC 4648, section 4). */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second, third] = bytes.subarray(index, index + 3);
    text += digits.charAt(first >> 2) + digits.charAt(((first & 0x03) << 4) | ((second ?? 0) >> 4));
    text += second === undefined ? '=' : digits.charAt(((second & 0x0f) << 2) | ((third ?? 0) >> 6));
    text += third === undefined ? '=' : digits.charAt(third & 0x3f);
  }
  return text;
}
