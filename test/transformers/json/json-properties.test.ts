import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import { parseJson, writeJson, writeJsonText } from '../../../transformers/json/codec.ts'
import { locate } from '../../../transformers/json/locate.ts'

/** The same sequence for the same seed, so that a failure can be seen again. */
function createRandom(seed: number): (bound: number) => number {
  let state = seed
  return bound => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % bound
  }
}

type Random = (bound: number) => number

const texts = ['', 'a', 'ä', '日本', '😀', '"', '\\', '\n', ':', '{', ',', '__proto__', '\u0000', '12345678901234567890']
const numbers = ['0', '1', '-12.5', '1e3', '2E-7', '9007199254740993', '0.1234567890123456789', '1e400', '123456789012345678901234567890']

function randomText(random: Random): string {
  return Array.from({ length: random(4) }, () => texts[random(texts.length)]).join('')
}

/** JSON text of a random value, with spaces and long numbers in it. */
function randomJson(random: Random, depth: number): string {
  const kind = random(depth > 0 ? 7 : 4)
  if (kind === 0) return ['true', 'false', 'null'][random(3)] ?? ''
  if (kind === 1) return numbers[random(numbers.length)] ?? ''
  if (kind < 4) return JSON.stringify(randomText(random))
  const items = Array.from({ length: random(5) }, (_, at) => {
    const value = randomJson(random, depth - 1)
    return kind === 4 ? value : `${JSON.stringify(`${at}${randomText(random)}`)}${random(2) ? ' : ' : ':'}${value}`
  })
  return kind === 4 ? `[${items.join(' ,')}]` : `{ ${items.join(',\n')}}`
}

describe('any JSON', () => {
  it('is read as JSON.parse reads it, and comes back the same from what is written', () => {
    const random = createRandom(7)
    for (let round = 0; round < 2_000; round++) {
      const text = randomJson(random, 5)
      const { value, duplicateKeys } = parseJson(Buffer.from(text))
      const written = writeJsonText(value)
      expect(JSON.parse(written), text).to.deep.equal(JSON.parse(text))
      expect(writeJsonText(parseJson(writeJson(value)).value)).to.equal(written)
      expect(duplicateKeys).to.equal(0)
    }
  })

  it('that was damaged is refused where JSON.parse refuses it, with a place', () => {
    const random = createRandom(11)
    let refused = 0
    for (let round = 0; round < 2_000; round++) {
      const text = damage(randomJson(random, 4), random)
      const valid = isValid(text)
      expect(locate(text) === undefined, JSON.stringify(text)).to.equal(valid)
      if (valid) continue
      refused++
      expect(() => parseJson(Buffer.from(text)), JSON.stringify(text)).to.throw(GatewayError, /NOT_READABLE/)
    }
    expect(refused).to.be.above(500)
  })
})

function damage(text: string, random: Random): string {
  const at = random(text.length + 1)
  const junk = '{}[],:"\\0-e.tx \n'
  return random(2) ? text.slice(0, at) + text.slice(at + 1) : text.slice(0, at) + (junk[random(junk.length)] ?? '') + text.slice(at)
}

function isValid(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
