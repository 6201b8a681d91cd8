import { expect } from 'chai'
import type { Message } from '../../gateway/message.ts'
import type { SplitRecord, Splitting } from '../../gateway/ports.ts'
import { createReread } from '../../gateway/rereading.ts'

describe('reading records of a message again', () => {
  /** A message of 9 records in pieces of 3, and how often its reading was begun and ended. */
  function pieces() {
    const seen = { begun: 0, ended: 0 }
    async function* read(): AsyncGenerator<readonly SplitRecord[]> {
      seen.begun += 1
      try {
        for (let at = 1; at < 9; at += 3) yield [at, at + 1, at + 2].map(number => ({ number, raw: new Uint8Array() }))
      } finally {
        seen.ended += 1
      }
    }
    const split = (): Splitting => ({ rejects: 'go-on', stopAt: { count: 1 }, read, plan: fail, reject: fail })
    const open = () => fail()
    return { seen, reread: createReread({ routes: { split }, bodies: { open } }) }
  }

  function fail(): never {
    throw new Error('nobody asks for it')
  }

  async function upTo(records: AsyncIterable<readonly SplitRecord[]>, last: number): Promise<number[]> {
    const numbers: number[] = []
    for await (const piece of records) {
      numbers.push(...piece.map(({ number }) => number))
      if (numbers.includes(last)) break
    }
    return numbers
  }

  const whole: Message = {
    ...{ id: 'a', route: 'r', sourceIndex: 0, source: 'rest POST /r', correlationId: 'a', contentType: 'text/csv', headers: {}, meta: {} },
    ...{ body: new Uint8Array(), receivedAt: 0 },
  }

  it('goes on in the piece where it stopped', async () => {
    const { seen, reread } = pieces()
    expect(await upTo(reread(whole, 1), 4)).to.deep.equal([1, 2, 3, 4, 5, 6])
    expect(await upTo(reread(whole, 5), 7)).to.deep.equal([4, 5, 6, 7, 8, 9])
    expect(await upTo(reread(whole, 8), 99)).to.deep.equal([7, 8, 9])
    expect(seen).to.deep.equal({ begun: 1, ended: 1 })
  })

  it('begins anew for earlier ones and for another message, and leaves no reading behind', async () => {
    const { seen, reread } = pieces()
    await upTo(reread(whole, 1), 5)
    expect(await upTo(reread(whole, 2), 2)).to.deep.equal([1, 2, 3])
    await upTo(reread({ ...whole, id: 'b' }, 1), 1)
    expect(seen).to.deep.equal({ begun: 3, ended: 2 })
  })

  it('reads for two at once', async () => {
    const { seen, reread } = pieces()
    await upTo(reread(whole, 1), 1)
    const both = await Promise.all([upTo(reread(whole, 2), 9), upTo(reread(whole, 2), 9)])
    expect(both.map(numbers => numbers.at(-1))).to.deep.equal([9, 9])
    expect(seen.begun).to.equal(2)
  })
})
