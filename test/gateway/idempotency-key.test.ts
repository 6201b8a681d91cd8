import { expect } from 'chai'
import { idempotencyKey } from '../../gateway/idempotency-key.ts'

describe('the idempotency key of a delivery', () => {
  const cases = [
    { name: "is the message's id where the entry bears its system's name", entry: 'crm', target: 'crm', key: 'ID' },
    { name: 'is that for an operation as well', entry: 'crm', target: 'crm.upsert', key: 'ID' },
    { name: 'has the entry where that has a name of its own', entry: 'second', target: 'crm.upsert', key: 'ID:second' },
  ]
  for (const { name, entry, target, key } of cases) it(name, () => expect(idempotencyKey({ messageId: 'ID', entry, target })).to.equal(key))
})
