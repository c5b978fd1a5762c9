// The codes an unpaired page shows: QR codes that change by themselves, and link codes for a phone number.
import { randomBytes, randomInt } from 'node:crypto'
import QRCode from 'qrcode'

/** A real one is a changing reference and three keys of the page, about 240 characters in all. */
export function qrCodes(): () => string {
  const keys = [key(32), key(32), key(32)].join(',')
  return () => `2@${key(76)},${keys}`
}

/** `modules` is one character a square, row by row, for the page to draw. */
export function qrPicture(code: string): { size: number; modules: string } {
  const { size, data } = QRCode.create(code, { errorCorrectionLevel: 'L' }).modules
  return { size, modules: Array.from(data, (dark) => (dark ? '1' : '0')).join('') }
}

/** WhatsApp's own letters: nothing that looks like something else. */
const LETTERS = '123456789ABCDEFGHJKLMNPQRSTVWXYZ'
const letter = () => LETTERS[randomInt(LETTERS.length)]

export function linkCode(): string {
  const text = Array.from({ length: 8 }, letter).join('')
  return `${text.slice(0, 4)}-${text.slice(4)}`
}

const key = (bytes: number) => randomBytes(bytes).toString('base64')
