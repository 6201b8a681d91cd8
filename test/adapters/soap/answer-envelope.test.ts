import { expect } from 'chai'
import { cutEnvelope } from '../../../adapters/soap/answer-envelope.ts'
import { ENVELOPES } from '../../../adapters/soap/versions.ts'

const NS = ENVELOPES['1.1']
const HEADER = '<S:Header><h a=">"><!-- </S:Header> --><![CDATA[</S:Header>]]></h></S:Header>'
const WHOLE = `<?xml version="1.0"?><S:Envelope xmlns:S="${NS}" xmlns:a='urn:a'>${HEADER}<S:Body><a:r><b>1</b></a:r></S:Body></S:Envelope>`

describe('cutEnvelope', () => {
  it('takes no envelope that was cut, wherever', () => {
    for (let end = 0; end < WHOLE.length; end++) expect(cutEnvelope(WHOLE.slice(0, end), true), String(end)).to.equal(undefined)
    expect(cutEnvelope(WHOLE, true)?.payload).to.equal('<a:r xmlns:a="urn:a"><b>1</b></a:r>')
  })

  it('gives what there is of a payload whose end is known to be missing', () => {
    expect(cutEnvelope(WHOLE.slice(0, -30), false)).to.deep.include({ root: { ...cutEnvelope(WHOLE, true)?.root }, version: '1.1' })
  })

  const others = [
    { name: 'no XML', text: 'hello' },
    { name: 'another document', text: '<html><body/></html>' },
    { name: 'an undeclared prefix', text: '<S:Envelope><S:Body/></S:Envelope>' },
    { name: 'a body in another namespace', text: `<S:Envelope xmlns:S="${NS}"><Body/></S:Envelope>` },
    { name: 'a body before the header', text: `<S:Envelope xmlns:S="${NS}"><S:Body/><S:Header/></S:Envelope>` },
    { name: 'two bodies', text: `<S:Envelope xmlns:S="${NS}"><S:Body><a/></S:Body><S:Body/></S:Envelope>` },
    { name: 'text in the body', text: `<S:Envelope xmlns:S="${NS}"><S:Body>hello</S:Body></S:Envelope>` },
    { name: 'something behind the envelope', text: `<S:Envelope xmlns:S="${NS}"><S:Body><a/></S:Body></S:Envelope><b/>` },
    { name: 'a DOCTYPE', text: `<!DOCTYPE a>${WHOLE.slice(21)}` },
  ]
  for (const { name, text } of others) it(`takes none with ${name}`, () => expect(cutEnvelope(text, true)?.root?.local).to.equal(undefined))

  const large = 2_000_000
  const hostile = [
    { name: 'comments without an end', text: `<S:Envelope xmlns:S="${NS}">${'<!--'.repeat(large / 4)}` },
    { name: 'comments one after the other', text: '<!---->'.repeat(large / 7) },
    { name: 'instructions without an end', text: '<?a '.repeat(large / 4) },
    { name: 'many attributes', text: `<S:Envelope xmlns:S="${NS}" ${'a="1" '.repeat(large / 6)}` },
    { name: 'a header as deep as it is long', text: `<S:Envelope xmlns:S="${NS}"><S:Header>${'<a>'.repeat(large / 3)}` },
    { name: 'white space', text: `<S:Envelope xmlns:S="${NS}"><S:Body>${' '.repeat(large)}` },
    { name: 'quotes', text: `<S:Envelope xmlns:S="${NS}"><S:Header><a ${'"'.repeat(large)}` },
    { name: 'end tags', text: `<S:Envelope xmlns:S="${NS}"><S:Body><a/>${'</S:Body >'.repeat(large / 10)}` },
  ]
  for (const { name, text } of hostile)
    it(`is done in time with 2 MB of ${name}`, () => {
      const begin = performance.now()
      for (const whole of [true, false]) cutEnvelope(text, whole)
      expect(performance.now() - begin).to.be.below(500)
    })
})
