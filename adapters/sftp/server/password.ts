import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { createSlots } from '../../../gateway/slots.ts'

const COST = { N: 32_768, r: 8, p: 1 }
const BYTES = 32
/** Each takes 32 MB and a thread for a tenth of a second. */
const slots = createSlots(2)
/** Nobody's password: what an unknown user's is compared with, so that the time says nothing. */
const NOBODY = `scrypt:${COST.N}:${COST.r}:${COST.p}:${randomBytes(16).toString('base64url')}:${randomBytes(BYTES).toString('base64url')}`

/** A password's hash for clients.yaml: `scrypt:N:r:p:SALT:HASH`, both in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, BYTES, COST)
  return `scrypt:${COST.N}:${COST.r}:${COST.p}:${salt.toString('base64url')}:${hash.toString('base64url')}`
}

/** Whether it is the password of the hash; takes as long where there is no hash. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, N, r, p, salt = '', wanted = ''] = (hash ?? NOBODY).split(':')
  const expected = Buffer.from(wanted, 'base64url')
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  const found = await slots.use(() => derive(password, Buffer.from(salt, 'base64url'), expected.length, cost))
  return timingSafeEqual(found, expected) && hash !== undefined
}

function derive(password: string, salt: Buffer, bytes: number, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
