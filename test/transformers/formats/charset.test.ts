import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import {
  bufferOf,
  type CharsetName,
  charsetFault,
  charsetOption,
  createWhole,
  encode,
  faultAt,
} from '../../../transformers/formats/charset.ts'
import { charsetOf } from '../../../transformers/formats/charsets.ts'
import { createPieces } from '../../../transformers/formats/records/pieces.ts'
import { codeOf } from '../code-of.ts'

const ALL = charsetOption.enum
const LATIN = ['iso-8859-1', 'windows-1252', 'cp037', 'cp500'] as const

/** The text of pieces, by what cuts them behind whole characters; else which byte is none, and where. */
function decode(name: CharsetName, ...pieces: Uint8Array[]): string {
  const charset = charsetOf(name)
  const whole = createWhole(charset)
  let offset = 0
  const textOf = (bytes: Buffer): string => {
    const text = charset.decode(bytes)
    if (text === undefined)
      throw new GatewayError('NOT_READABLE', `${charsetFault(charset, bytes)} (at byte ${offset + faultAt(charset, bytes)})`)
    offset += bytes.length
    return text
  }
  return pieces.map(piece => textOf(whole(bufferOf(piece), false))).join('') + textOf(whole(Buffer.alloc(0), true))
}

/** The text behind the byte order mark, in one sequence of records. */
function unmarked(name: CharsetName, ...bytes: number[]): string | undefined {
  const charset = charsetOf(name)
  const pieces = createPieces(charset)
  for (const byte of bytes) pieces.keep(pieces.add(Buffer.of(byte)) ?? Buffer.alloc(0))
  return charset.decode(pieces.all())
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
    expect(unmarked('utf-8', 0xef, 0xbb, 0xbf, 0x61)).to.equal('a')
    expect(unmarked('utf-16le', 0xff, 0xfe, 0x61, 0)).to.equal('a')
    expect(unmarked('utf-16be', 0xfe, 0xff, 0, 0x61)).to.equal('a')
    expect(codeOf(() => unmarked('utf-16be', 0xff, 0xfe))).to.equal(
      'NOT_READABLE: it begins with the byte order mark of utf-16le, and the charset of the format is utf-16be',
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
