import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../folder.ts'

const TOKEN = /^[A-Za-z0-9_-]{32,128}$/

/** The admin API's token, from FOLDER/admin-token; made there at the first start, readable by its owner only. Throws where the folder cannot be written. */
export function loadToken(folder: string): string {
  const path = tokenFile(folder)
  const known = readToken(folder)
  if (known !== undefined) {
    chmodSync(path, 0o600)
    return known
  }
  const token = randomBytes(32).toString('base64url')
  makeFolder(folder)
  rmSync(path, { force: true })
  // Exclusive, so that the file was never anybody else's, and has its mode from its first moment.
  const file = openSync(path, 'wx', 0o600)
  writeFileSync(file, `${token}\n`)
  closeSync(file)
  return token
}

/** The token that a gateway left in its store's folder, or undefined where there is none that can be read. */
export function readToken(folder: string): string | undefined {
  const text = readText(tokenFile(folder))?.trim()
  return text !== undefined && TOKEN.test(text) ? text : undefined
}

/** Leaves the address of the running gateway's admin API beside its token, for the commands. */
export function leaveAddress(folder: string, address: string): void {
  writeFileSync(addressFile(folder), `${address}\n`)
}

/** Takes the address away again, when the gateway stops. */
export function takeAddress(folder: string): void {
  rmSync(addressFile(folder), { force: true })
}

/** The address that a running gateway left; one that was killed leaves it too, so nobody may answer there. */
export function readAddress(folder: string): string | undefined {
  const text = readText(addressFile(folder))?.trim()
  return text !== undefined && /^\S+:\d+$/.test(text) ? text : undefined
}

/** Whether the Authorization header bears the token; takes the same time for every wrong one. */
export function bears(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(`Bearer ${token}`)
  return authorization => timingSafeEqual(digest(authorization?.replace(/^bearer +/i, 'Bearer ') ?? ''), expected)
}

function tokenFile(folder: string): string {
  return join(folder, 'admin-token')
}

function addressFile(folder: string): string {
  return join(folder, 'admin-address')
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
