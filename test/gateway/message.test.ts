import { expect } from 'chai'
import { newId } from '../../gateway/message.ts'

describe('an id', () => {
  const many = Array.from({ length: 20_000 }, () => newId(1_700_000_000_000))

  it('is a UUIDv7', () => {
    for (const id of many) expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('ascends, also within a millisecond and when the clock goes back', () => {
    const ids = [...many, newId(1_600_000_000_000), newId(1_800_000_000_000), newId(1_700_000_000_000)]
    expect(ids).to.deep.equal([...ids].sort())
  })

  it('does not repeat', () => {
    expect(new Set(many).size).to.equal(many.length)
  })
})
