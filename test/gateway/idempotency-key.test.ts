import { expect } from 'chai'
import { idempotencyKey } from '../../gateway/idempotency-key.ts'

describe('the idempotency key of a delivery', () => {
  const cases = [
    { name: "is the message's id where the entry bears its system's name", delivery: { entry: 'crm', target: 'crm' }, key: 'ID' },
    { name: 'is that for an operation as well', delivery: { entry: 'crm', target: 'crm.upsert' }, key: 'ID' },
    { name: 'has the entry where that has a name of its own', delivery: { entry: 'second', target: 'crm.upsert' }, key: 'ID:second' },
    { name: 'has the replay that mapped it anew', delivery: { entry: 'crm', target: 'crm', remapped: 2 }, key: 'ID:r2' },
    { name: 'has both', delivery: { entry: 'second', target: 'crm', remapped: 1 }, key: 'ID:second:r1' },
  ]
  for (const { name, delivery, key } of cases) it(name, () => expect(idempotencyKey({ messageId: 'ID', ...delivery })).to.equal(key))
})
