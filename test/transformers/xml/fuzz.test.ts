import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import { readDocument } from '../../../transformers/xml/document.ts'
import { createPlainXml } from '../../../transformers/xml/plain.ts'
import { createXmlReader } from '../../../transformers/xml/reader.ts'

const text = `<?xml version="1.0" encoding="UTF-8"?>
<o:Order xmlns:o="urn:orders" xmlns="urn:d" id="4711" o:note='a &lt; b'>
  <!-- a comment --><Line n="1">Köln 日本 😀 &#x1F600;</Line><?pi some data?>
  <Line><![CDATA[<raw> & ]]]]></Line><empty/><nil xmlns=""/>
</o:Order>
`
const samples: readonly Buffer[] = [
  Buffer.from(text),
  Buffer.from(`\ufeff${text.replace('<?xml version="1.0" encoding="UTF-8"?>\n', '')}`, 'utf16le'),
  Buffer.from(text.replace('UTF-8', 'ISO-8859-1').replace('日本 😀', ''), 'latin1'),
]
const plain = createPlainXml({ many: ['/Order/Line'], lossy: ['comments', 'instructions', 'mixed'] })

/** Numbers below a bound, the same each time (mulberry32). */
function random(seed: number): (bound: number) => number {
  let state = seed
  return bound => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

/** True where it was read; false where it was refused with its place. Throws for all else. */
function isRead(run: () => void): boolean {
  try {
    run()
    return true
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'NOT_READABLE') throw error
    const [place] = error.extras.errors ?? []
    if (!place?.line || !place.column) throw error
    return false
  }
}

function stream(bytes: Uint8Array): void {
  const reader = createXmlReader({ open() {}, text() {}, close() {} })
  for (let at = 0; at < bytes.length; at += 13) reader.write(bytes.subarray(at, at + 13))
  reader.end()
}

const ways: Readonly<Record<string, (bytes: Uint8Array) => void>> = {
  whole: readDocument,
  'in pieces': stream,
  'as a body': bytes => plain.read(bytes),
}

describe('hostile bytes', () => {
  for (const [way, read] of Object.entries(ways)) {
    it(`are refused with their place where a document is cut at any byte, read ${way}`, () => {
      for (const sample of samples) {
        const end = sample.lastIndexOf('>')
        for (let length = 0; length < end; length++)
          expect(
            isRead(() => read(sample.subarray(0, length))),
            `cut at ${length}`,
          ).to.equal(false)
        expect(isRead(() => read(sample))).to.equal(true)
      }
    })

    it(`are read or refused with their place where bits are flipped, read ${way}`, () => {
      const below = random(4711)
      for (let round = 0; round < 3_000; round++) {
        const bytes = Buffer.from(samples[round % samples.length] ?? [])
        for (let flips = below(4); flips >= 0; flips--) {
          const at = below(bytes.length)
          bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
        }
        isRead(() => read(bytes))
      }
    })
  }

  const bombs: { name: string; document: () => string }[] = [
    {
      name: 'entities',
      document: () => `<!DOCTYPE a [<!ENTITY a "${'b'.repeat(1000)}">${'<!ENTITY c "&a;&a;&a;&a;">'.repeat(1000)}]><a>&c;</a>`,
    },
    { name: 'an entity from outside', document: () => '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>' },
    { name: 'deep nesting', document: () => '<a>'.repeat(1_000_000) },
    { name: 'many attributes', document: () => `<a${Array.from({ length: 100_000 }, (_, at) => ` a${at}=""`).join('')}/>` },
    { name: 'many namespaces', document: () => `<a${Array.from({ length: 100_000 }, (_, at) => ` xmlns:a${at}="u"`).join('')}/>` },
    { name: 'a huge attribute', document: () => `<a b="${'x'.repeat(17 * 1024 * 1024)}"/>` },
    { name: 'a huge name', document: () => `<${'x'.repeat(5_000_000)}/>` },
    { name: 'too many elements', document: () => `<a>${'<b/>'.repeat(1_000_001)}</a>` },
    { name: 'a comment without end', document: () => `<a><!--${'-'.repeat(5_000_000)}` },
    { name: 'many unclosed quotes', document: () => `<a ${'b="'.repeat(1_000_000)}` },
    { name: 'ampersands', document: () => `<a>${'&'.repeat(5_000_000)}</a>` },
  ]
  for (const { name, document } of bombs) {
    it(`are refused soon: ${name}`, () => {
      const bytes = Buffer.from(document())
      const before = process.cpuUsage()
      expect(isRead(() => readDocument(bytes))).to.equal(false)
      expect(process.cpuUsage(before).user).to.be.below(3_000_000)
    })
  }
})
