import { expect } from 'chai'
import { type CharsetName, charsetOption, decoderOf, encode } from '../../../transformers/formats/charset.ts'
import { codeOf } from '../code-of.ts'

const ALL = charsetOption.enum
const LATIN = ['iso-8859-1', 'windows-1252', 'cp037', 'cp500'] as const

function decode(name: CharsetName, ...pieces: Uint8Array[]): string {
  const decoder = decoderOf(name)
  return pieces.map(piece => decoder.write(piece)).join('') + decoder.end()
}

function samples(name: CharsetName): string[] {
  const latin = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('')
  if (name === 'windows-1252') return [latin.replace(/[\x7f-\x9f]/g, ''), '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ']
  return LATIN.some(one => one === name) ? [latin] : [latin, 'Ω≈ç √∫ 中文 👩‍🚀 \u{10ffff}', '👍']
}

describe('charsets', () => {
  for (const name of ALL) {
    it(`${name} reads what it wrote, wherever the pieces are cut`, () => {
      for (const text of samples(name)) {
        const bytes = encode(name, text)
        for (let at = 0; at <= bytes.length; at++) expect(decode(name, bytes.subarray(0, at), bytes.subarray(at))).to.equal(text)
        expect(decode(name, ...Array.from(bytes, byte => Buffer.of(byte)))).to.equal(text)
      }
    })

    it(`${name} has no bytes for half of a surrogate pair`, () => {
      expect(codeOf(() => encode(name, 'a\ud83d'))).to.equal(`MAPPING_FAILED: ${name} has no character U+D83D`)
    })
  }

  it('refuse a character that they do not have, by its name, and never write another', () => {
    for (const name of LATIN) expect(codeOf(() => encode(name, 'Kč'))).to.equal(`MAPPING_FAILED: ${name} has no character "č" (U+010D)`)
    expect(codeOf(() => encode('windows-1252', '\u0081'))).to.equal('MAPPING_FAILED: windows-1252 has no character U+0081')
  })

  it('know EBCDIC', () => {
    expect(encode('cp037', 'ABC xyz 019 [!]^\u0085\n').toString('hex')).to.equal('c1c2c340a7a8a940f0f1f940ba5abbb01525')
    expect(encode('cp500', 'ABC xyz 019 [!]^\u0085\n').toString('hex')).to.equal('c1c2c340a7a8a940f0f1f9404a4f5a5f1525')
  })

  it('skip a byte order mark at the beginning, and refuse that of the other order', () => {
    expect(decode('utf-8', Buffer.from([0xef, 0xbb]), Buffer.from([0xbf, 0x61]))).to.equal('a')
    expect(decode('utf-16le', Buffer.from([0xff, 0xfe, 0x61, 0]))).to.equal('a')
    expect(decode('utf-16be', Buffer.from([0xfe, 0xff, 0, 0x61]))).to.equal('a')
    expect(codeOf(() => decode('utf-16be', Buffer.from([0xff, 0xfe])))).to.match(
      /^NOT_READABLE: the byte order mark is not that of utf-16be/,
    )
  })

  const wrong: readonly [name: CharsetName, bytes: readonly number[], told: RegExp][] = [
    ['utf-8', [0x61, 0x62, 0xfc, 0x63], /0xfc is no character of utf-8 \(at byte 2/],
    ['utf-8', [0x61, 0xe2, 0x82], /0xe2 is no character of utf-8 \(at byte 1/],
    ['utf-8', [0xed, 0xa0, 0x80], /\(at byte 0/],
    ['utf-16le', [0x61, 0, 0x3d, 0xd8], /\(at byte 2/],
    ['utf-16be', [0, 0x61, 0], /\(at byte 2/],
    ['windows-1252', [0x61, 0x81], /0x81 is no character of windows-1252 \(at byte 1/],
  ]
  for (const [name, bytes, told] of wrong) {
    it(`${name} tells the offset of the first wrong byte in ${Buffer.from(bytes).toString('hex')}`, () => {
      for (let at = 0; at <= bytes.length; at++) {
        const buffer = Buffer.from(bytes)
        expect(codeOf(() => decode(name, buffer.subarray(0, at), buffer.subarray(at))))
          .to.match(/^NOT_READABLE/)
          .and.match(told)
      }
    })
  }
})
