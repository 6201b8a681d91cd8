/** The characters of the bytes 0x80 to 0x9f in windows-1252; the five that have none stand as half surrogate pairs. */
const HIGH_1252 = '€\udc81‚ƒ„…†‡ˆ‰Š‹Œ\udc8dŽ\udc8f\udc90‘’“”•–—˜™š›œ\udc9džŸ'
/** The Latin-1 codes of the bytes 0x00 to 0xff in cp037 (IBM CDRA: NEL is 0x15, LF is 0x25). */
const CP037 = [
  '000102039c09867f978d8e0b0c0d0e0f101112139d8508871819928f1c1d1e1f',
  '80818283840a171b88898a8b8c050607909116939495960498999a9b14159e1a',
  '20a0e2e4e0e1e3e5e7f1a22e3c282b7c26e9eaebe8edeeefecdf21242a293bac',
  '2d2fc2c4c0c1c3c5c7d1a62c255f3e3ff8c9cacbc8cdcecfcc603a2340273d22',
  'd8616263646566676869abbbf0fdfeb1b06a6b6c6d6e6f707172aabae6b8c6a4',
  'b57e737475767778797aa1bfd0dddeae5ea3a5b7a9a7b6bcbdbe5b5dafa8b4d7',
  '7b414243444546474849adf4f6f2f3f57d4a4b4c4d4e4f505152b9fbfcf9faff',
  '5cf7535455565758595ab2d4d6d2d3d530313233343536373839b3dbdcd9da9f',
]
/** Where cp500 is another than cp037. */
const CP500: Readonly<Record<number, string>> = { 74: '[', 79: '!', 90: ']', 95: '^', 176: '¢', 186: '¬', 187: '|' }

/** The character of each byte, as a text of 256. */
export const tables = {
  'windows-1252': latin((_, byte) => (byte >= 0x80 && byte < 0xa0 ? HIGH_1252.charAt(byte - 0x80) : String.fromCharCode(byte))),
  cp037: latin(char => char),
  cp500: latin((char, byte) => CP500[byte] ?? char),
}

function latin(charOf: (ebcdic: string, byte: number) => string): string {
  return Array.from(Buffer.from(CP037.join(''), 'hex').toString('latin1'), charOf).join('')
}
