import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { XmlC14NMode, XmlDocument, XsdValidator } from 'libxml2-wasm'
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs'
import { parseJson, writeJson } from '../../../../transformers/json/codec.ts'
import { isExactNumber } from '../../../../transformers/json/exact-number.ts'
import { createValidator } from '../../../../transformers/validate.ts'
import { createElementCodec, type ElementCodec } from '../../../../transformers/xsd/codec/codec.ts'
import type { ElementDeclaration, SchemaSet } from '../../../../transformers/xsd/model.ts'
import { root } from '../../../support/root.ts'
import { fixtureSet } from './fixture-set.ts'
import { randomElement } from './generate.ts'
import { mutated } from './mutate.ts'
import { createRandom } from './random.ts'
import { normalStyle, serialise, wildStyle } from './serialise.ts'

/** WAYBILL_DOCUMENTS asks for more of them. */
const DOCUMENTS = Number(process.env.WAYBILL_DOCUMENTS ?? 2_100)
const FOLDER = 'test/fixtures/xsd'

const PREFIXES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  numbers: { 'urn:fixtures:numbers': 'num' },
  absence: { 'urn:fixtures:absence': 'abs' },
  lists: { 'urn:fixtures:lists': 'lst' },
  spaces: {
    'urn:fixtures:spaces:a': 'spa',
    'urn:fixtures:spaces:b': 'spb',
    'urn:fixtures:spaces:c': 'spc',
    'urn:fixtures:spaces:d': 'spd',
    'urn:fixtures:spaces:e': 'spe',
  },
  attributes: { 'urn:fixtures:attributes': 'att' },
  choice: { 'urn:fixtures:choice': 'cho' },
  events: { 'urn:fixtures:events': 'eve' },
  shapes: { 'urn:fixtures:shapes': 'sha', 'urn:fixtures:solids': 'sol' },
  prose: { 'urn:fixtures:prose': 'pro' },
  vehicles: { 'urn:fixtures:vehicles': 'veh' },
  any: { 'urn:fixtures:any': 'any' },
  tree: { 'urn:fixtures:tree': 'tre' },
}

const ROOTS: Readonly<Record<string, string>> = {
  numbers: 'Ledger',
  absence: 'Person',
  lists: 'Batch',
  spaces: 'Shipment',
  attributes: 'Catalogue',
  choice: 'Payment',
  events: 'Log',
  shapes: 'Drawing',
  prose: 'Article',
  vehicles: 'Fleet',
  any: 'Envelope',
  tree: 'Tree',
}

describe('random documents, valid by their schema', () => {
  let caught = 0
  for (const [at, name] of Object.keys(ROOTS).entries()) {
    it(`of ${name}.xsd come out of a body as they went in, and valid`, () => {
      const { set, declaration, codec, prefixes } = fixture(name)
      const check = validator(name)
      const fits = createValidator(codec.schema, name)
      for (let number = 0; number < DOCUMENTS / 12; number++) {
        const seed = at * 1_000_000 + number
        const random = createRandom(seed)
        const tame = random.chance(0.4)
        const element = randomElement({ set, random, tame }, declaration)
        const expected = canonical(serialise(element, normalStyle(prefixes)))
        const source = serialise(element, wildStyle(random))
        const body = reading(codec, source, seed)
        if (!namesSimpleType(body))
          expect(
            refusal(() => fits(body)),
            `seed ${seed}, by its JSON Schema: ${source}`,
          ).to.equal(undefined)
        const written = codec.writeText(body)
        expect(canonical(written), `seed ${seed}: ${source}`).to.equal(expected)
        check(written, seed)
        if (tame) expect(canonical(codec.writeText(parseJson(writeJson(body)).value)), `seed ${seed}, by JSON`).to.equal(expected)
        if (isBent(codec, body, expected)) caught++
      }
      check.dispose()
    })
  }

  for (const [at, name] of Object.keys(ROOTS).entries()) {
    it(`of ${name}.xsd, with a change, are refused where libxml2 refuses them`, () => {
      const { set, declaration, codec, prefixes } = fixture(name)
      const check = validator(name)
      for (let number = 0; number < DOCUMENTS / 24; number++) {
        const seed = 500_000 + at * 1_000_000 + number
        const random = createRandom(seed)
        const source = serialise(mutated(randomElement({ set, random, tame: false }, declaration), random), normalStyle(prefixes))
        const [ours, theirs] = [refusal(() => codec.read(source)), refusal(() => check(source, seed))]
        expect(ours === undefined, `seed ${seed}: ${ours} against ${theirs}: ${source}`).to.equal(theirs === undefined)
      }
      check.dispose()
    })
  }

  it('would show a converter that guesses numbers', () => {
    expect(caught).to.be.greaterThan(DOCUMENTS / 12)
  })
})

interface Fixture {
  readonly set: SchemaSet
  readonly declaration: ElementDeclaration
  readonly codec: ElementCodec
  readonly prefixes: Readonly<Record<string, string>>
}

function fixture(name: string): Fixture {
  const set = fixtureSet(name)
  const prefixes = PREFIXES[name] ?? {}
  const declaration = set.elements.get(`{${Object.keys(prefixes)[0]}}${ROOTS[name]}`)
  if (!declaration) throw new Error(`${name}.xsd declares no ${ROOTS[name]}`)
  return { set, declaration, codec: createElementCodec(set, declaration), prefixes }
}

function refusal(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    return String(error)
  }
  return undefined
}

/** Such a type in the place of a simple one is not in the JSON Schema. */
function namesSimpleType(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const isNamed = Object.hasOwn(value, '@type') || Object.hasOwn(value, '@xsi:type')
  return (
    (isNamed && (Object.hasOwn(value, '$') || Object.hasOwn(value, '@nil') || Object.hasOwn(value, '@xsi:nil'))) ||
    Object.values(value).some(namesSimpleType)
  )
}

function reading(codec: ElementCodec, source: string, seed: number): unknown {
  try {
    return codec.read(source)
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}\n${source}`)
  }
}

function canonical(xml: string): string {
  const document = XmlDocument.fromString(xml)
  try {
    return document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })
  } finally {
    document.dispose()
  }
}

function validator(name: string): ((xml: string, seed: number) => void) & { dispose(): void } {
  xmlRegisterFsInputProviders()
  const file = join(root, FOLDER, `${name}.xsd`)
  const schema = XmlDocument.fromBuffer(readFileSync(file), { url: pathToFileURL(file).href })
  const xsd = XsdValidator.fromDoc(schema)
  const check = (xml: string, seed: number): void => {
    const document = XmlDocument.fromString(xml)
    try {
      xsd.validate(document)
    } catch (error) {
      throw new Error(`seed ${seed}: ${String(error)}\n${xml}`)
    } finally {
      document.dispose()
    }
  }
  const dispose = (): void => {
    xsd.dispose()
    schema.dispose()
  }
  return Object.assign(check, { dispose })
}

/** True where a converter that takes for a number what looks like one would have changed the document, or could not write it. */
function isBent(codec: ElementCodec, body: unknown, expected: string): boolean {
  try {
    return canonical(codec.writeText(guessed(body))) !== expected
  } catch {
    return true
  }
}

function guessed(value: unknown): unknown {
  if (isExactNumber(value)) return Number(value.text)
  if (typeof value === 'string') return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value
  if (Array.isArray(value)) return value.map(guessed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, guessed(member)]))
}
